import { createHash, createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Certificate, Config } from '@switchyard/core/config/model'
import { type Problem, SwitchyardError } from '@switchyard/core/errors'
import { hostNamesOf, readCertificates, tlsFault } from './read-certificates.ts'
import { readReferredFile, resolveSecret, type SecretSources } from './secrets.ts'

/** A certificate with everything it refers to, looked through. It holds the key: it is for workers, never for a log. */
export interface CertificateMaterial {
  readonly id: string
  /** Equal for equal chain and key, and for nothing else. Says nothing of the key. */
  readonly fingerprint: string
  /** PEM: the certificate itself, then those that vouch for it. */
  readonly chain: string
  /** PEM. */
  readonly key: string
  /** Host names that it is for, in lower case, wildcards as `*.example.com`. */
  readonly names: readonly string[]
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/** What a document's certificates come to. Plain data. */
export interface LoadedCertificates {
  /** In the order of the document. */
  readonly certificates: readonly CertificateMaterial[]
  /** Texts of authorities that were looked through. */
  readonly authorities: readonly string[]
  /** Worth a word in the log though it serves: expired, not yet valid, a chain in the wrong order. Of new ones only. */
  readonly warnings: readonly Problem[]
}

/**
 * Fetches every certificate of a document and looks through them, and through the authorities of upstreams.
 *
 * @param now milliseconds since 1970
 * @param previous of the document before: what has not changed is not looked through again
 * @throws SwitchyardError `invalid` with the problems of all of them, such as one at `certificates[0].key`; none holds
 *   anything of a key
 */
export async function loadCertificates(
  config: Pick<Config, 'certificates' | 'upstreams'>,
  sources: SecretSources,
  now: number,
  previous?: LoadedCertificates,
): Promise<LoadedCertificates> {
  const problems: Problem[] = []
  const attempt = async <T>(load: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await load()
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error
      problems.push(...error.problems)
      return undefined
    }
  }

  const known = new Map(previous?.certificates.map((one) => [one.fingerprint, one]))
  const warnings: Problem[] = []
  const certificates: CertificateMaterial[] = []
  for (const [index, certificate] of config.certificates.entries()) {
    const path = `certificates[${index}]`
    const loaded = await attempt(async () => {
      const { chain, key, at } = await fetch(certificate, path, sources)
      const fingerprint = createHash('sha256').update(chain).update('\0').update(key).digest('hex')
      const same = known.get(fingerprint)
      if (same) return { ...same, id: certificate.id }
      const read = look(chain, key, at, `${path}.key`)
      warnings.push(...warningsOf(read, now).map((message) => ({ path: at, message })))
      const [{ validTo }] = read
      return {
        id: certificate.id,
        fingerprint,
        chain,
        key,
        names: hostNamesOf(read[0]),
        expiresAt: Date.parse(validTo),
      }
    })
    if (loaded) certificates.push(loaded)
  }

  const authorities = new Set<string>()
  const trusted = new Set(previous?.authorities)
  for (const [index, { tls }] of config.upstreams.entries()) {
    const { ca } = tls
    if (ca === undefined || authorities.has(ca)) continue
    authorities.add(ca)
    if (!trusted.has(ca)) await attempt(() => readCertificates(ca, `upstreams[${index}].tls.ca`))
  }

  if (problems.length > 0) throw new SwitchyardError('invalid', { problems })
  return { certificates, authorities: [...authorities], warnings }
}

/** `at` is the place of the chain in the document. */
async function fetch({ certificate, key }: Certificate, path: string, sources: SecretSources) {
  const inFile = typeof certificate !== 'string'
  const at = inFile ? `${path}.certificate.file` : `${path}.certificate`
  const chain = inFile ? await readReferredFile(certificate.file, at, sources) : certificate
  return { chain, key: await resolveSecret(key, `${path}.key`, sources), at }
}

function look(chain: string, key: string, at: string, keyAt: string): [X509Certificate, ...X509Certificate[]] {
  const certificates = readCertificates(chain, at)
  checkPair(certificates, readKey(key, keyAt), keyAt)
  try {
    createSecureContext({ cert: chain, key })
  } catch (error) {
    // OpenSSL has rules of its own, such as for the length of keys.
    const { reason = 'it does not say why' } = error as { reason?: string }
    throw tlsFault(at, `OpenSSL refuses it: ${reason}`, error)
  }
  return certificates
}

function readKey(text: string, at: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw tlsFault(at, 'the private key is encrypted; store it without a passphrase')
  }
  if (!/-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY-----/.test(text)) {
    throw tlsFault(at, 'this is not a private key in PEM form; it begins with -----BEGIN PRIVATE KEY-----')
  }
  try {
    return createPrivateKey(text)
  } catch (error) {
    throw tlsFault(at, 'the private key is damaged, or of a kind that is not known', error)
  }
}

function checkPair(chain: readonly X509Certificate[], key: KeyObject, at: string): void {
  const found = chain.findIndex((certificate) => certificate.checkPrivateKey(key))
  if (found === 0) return
  throw tlsFault(
    at,
    found === -1
      ? 'the private key does not belong to the certificate'
      : `the private key belongs to block ${found + 1} of the certificate; that block must come first`,
  )
}

function warningsOf(chain: readonly X509Certificate[], now: number): string[] {
  const messages: string[] = []
  for (const [index, { validFrom, validTo }] of chain.entries()) {
    const which = index === 0 ? 'the certificate' : `block ${index + 1} of the certificate`
    if (Date.parse(validTo) < now) messages.push(`${which} expired on ${day(validTo)}`)
    if (Date.parse(validFrom) > now) messages.push(`${which} is valid only from ${day(validFrom)}`)
  }
  const stray = chain.findIndex((certificate, index) => index > 0 && !chain[index - 1]?.checkIssued(certificate))
  if (stray > 0) messages.push(`block ${stray + 1} of the certificate does not vouch for the one before it`)
  return messages
}

const day = (date: string) => new Date(date).toISOString().slice(0, 10)
