import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import { type LoadedCertificates, loadCertificates } from '../tls/certificates.ts'

/** A certificate and its key, in PEM form. */
export interface MadeCertificate {
  readonly certificate: string
  readonly key: string
  /** What others are signed with by it. */
  readonly issuer: Issuer
}

interface Issuer {
  readonly name: Buffer
  readonly key: KeyObject
}

interface Wanted {
  /** Host names, wildcards and IPv4 addresses that it is for; the first is its common name, too. */
  readonly names?: readonly string[]
  /** Instead of the first name. */
  readonly commonName?: string
  /** Who vouches for it; absent: it does so itself. */
  readonly issuer?: Issuer
  /** May vouch for others. */
  readonly authority?: boolean
  /** `short` is RSA with 512 bits. */
  readonly keyType?: 'ec' | 'rsa' | 'ed25519' | 'short'
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** Makes a certificate (RFC 5280) on the spot. Its key is new and protects nothing. */
export function makeCertificate(wanted: Wanted = {}): MadeCertificate {
  const { names = ['localhost', '127.0.0.1'], keyType = 'ec', authority = false } = wanted
  const { privateKey, publicKey } = makeKeys(keyType)
  const name = nameOf(wanted.commonName ?? names[0] ?? '')
  const issuer = wanted.issuer ?? { name, key: privateKey }
  const { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 365 * day) } = wanted
  const algorithm = algorithmOf(issuer.key)
  const signed = sequence(
    tagged(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions(names, authority, publicKey))),
  )
  const hash = issuer.key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const signature = sign(hash, signed, issuer.key)
  const der = sequence(signed, algorithm, tagged(0x03, Buffer.of(0), signature))
  return {
    certificate: pem('CERTIFICATE', der),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    issuer: { name, key: privateKey },
  }
}

const day = 24 * 60 * 60 * 1000

function makeKeys(type: NonNullable<Wanted['keyType']>) {
  if (type === 'rsa' || type === 'short')
    return generateKeyPairSync('rsa', { modulusLength: type === 'rsa' ? 2048 : 512 })
  if (type === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

function algorithmOf(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === 'rsa') return sequence(objectId('2a864886f70d01010b'), tagged(0x05))
  if (key.asymmetricKeyType === 'ed25519') return sequence(objectId('2b6570'))
  return sequence(objectId('2a8648ce3d040302'))
}

const nameOf = (common: string) =>
  sequence(tagged(0x31, sequence(objectId('550403'), tagged(0x0c, Buffer.from(common)))))

function extensions(names: readonly string[], authority: boolean, publicKey: KeyObject): Buffer[] {
  const alternatives = names.map((name) =>
    isIP(name) === 4 ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name)),
  )
  const keyId = createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
  const list = [extension('551d0e', tagged(0x04, keyId))]
  if (alternatives.length > 0) list.push(extension('551d11', sequence(...alternatives)))
  if (authority) list.push(extension('551d13', sequence(tagged(0x01, Buffer.of(0xff)))))
  return list
}

const extension = (id: string, value: Buffer) => sequence(objectId(id), tagged(0x04, value))

/** A tag, the length, the content (X.690, 8.1). */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.of(tag, ...size), content])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts)
const integer = (bytes: Buffer) => tagged(0x02, bytes)
const objectId = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'))
const time = (date: Date) => tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))

const pem = (label: string, der: Buffer) =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END ${label}-----\n`

/** The certificates of a document with these written out and their keys beside it, read and looked through. */
export async function loadMade(made: Readonly<Record<string, MadeCertificate>>): Promise<LoadedCertificates> {
  const entries = Object.entries(made)
  const certificates = entries.map(([id, { certificate }]) => ({ id, certificate, key: { secret: id } }))
  const secrets = new Map(entries.map(([id, { key }]) => [id, key]))
  return loadCertificates({ certificates, upstreams: [] }, { secrets, folder: '/', env: {} }, Date.now())
}
