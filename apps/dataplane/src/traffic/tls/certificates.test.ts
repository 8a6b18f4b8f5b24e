import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { Certificate } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import { describe, expect, test } from 'vitest'
import { loadMade, makeCertificate } from '../testing/make-certificate.ts'
import { createCertificateSet } from './certificate-set.ts'
import { loadCertificates } from './certificates.ts'
import { createServerNames } from './server-names.ts'

const authority = makeCertificate({ names: ['authority'], authority: true })
const web = makeCertificate({ names: ['shop.example.com', '*.SHOP.example.com', '10.0.0.1'], issuer: authority.issuer })
const now = Date.now()
const day = 86_400_000

const load = (certificate: Certificate['certificate'], key: string, folder = '/') =>
  loadCertificates(
    { certificates: [{ id: 'web', certificate, key: { secret: 'web-key' } }], upstreams: [] },
    { secrets: new Map([['web-key', key]]), folder, env: {} },
    now,
  )

/** Problems as `path: message`. Nothing of the key may be in what is thrown, however deep. */
async function problemsOf(certificate: Certificate['certificate'], key: string, folder?: string) {
  const error = await load(certificate, key, folder).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof SwitchyardError)) throw new Error('nothing was refused')
  for (const line of key.split('\n').filter((text) => text.length > 40)) {
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(line)
  }
  return error.problems.map(({ path, message }) => `${path}: ${message}`)
}

describe('a certificate', () => {
  test('is taken with its key and its chain, and knows its names', async () => {
    const { certificates, warnings } = await load(web.certificate + authority.certificate, web.key)
    expect(warnings).toEqual([])
    expect(certificates).toMatchObject([{ id: 'web', key: web.key, names: ['shop.example.com', '*.shop.example.com'] }])
    expect(certificates[0]?.expiresAt).toBeGreaterThan(now)
    for (const keyType of ['rsa', 'ed25519'] as const) {
      const made = makeCertificate({ keyType })
      await load(made.certificate, made.key)
    }
    const { certificate, key } = makeCertificate({ keyType: 'rsa' })
    const old = createPrivateKey(key).export({ type: 'pkcs1', format: 'pem' }).toString()
    await load(certificate, old)
  })

  test('without alternative names is for its common name', async () => {
    const namesOf = async (names: string[]) => {
      const made = makeCertificate({ names, commonName: 'Old.example.com' })
      return (await load(made.certificate, made.key)).certificates[0]?.names
    }
    expect(await namesOf([])).toEqual(['old.example.com'])
    expect(await namesOf(['10.0.0.1'])).toEqual([])
    expect(await namesOf(['new.example.com'])).toEqual(['new.example.com'])
  })

  test('may be in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
    try {
      writeFileSync(join(folder, 'web.pem'), web.certificate)
      expect((await load({ file: 'web.pem' }, web.key, folder)).certificates[0]?.chain).toBe(web.certificate)
      writeFileSync(join(folder, 'web.pem'), web.key)
      expect(await problemsOf({ file: 'web.pem' }, web.key, folder)).toEqual([
        expect.stringContaining('certificates[0].certificate.file: a private key stands here'),
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('that has expired, or is not valid yet, serves with a warning', async () => {
    const old = makeCertificate({ notBefore: new Date(now - 9 * day), notAfter: new Date(now - 2 * day) })
    const date = new Date(now - 2 * day).toISOString().slice(0, 10)
    expect((await load(old.certificate, old.key)).warnings).toEqual([
      { path: 'certificates[0].certificate', message: `the certificate expired on ${date}` },
    ])
    const early = makeCertificate({ notBefore: new Date(now + 2 * day) })
    expect((await load(early.certificate, early.key)).warnings).toHaveLength(1)
    const stray = makeCertificate()
    expect((await load(web.certificate + stray.certificate, web.key)).warnings).toEqual([
      expect.objectContaining({ message: 'block 2 of the certificate does not vouch for the one before it' }),
    ])
  })

  test('with the wrong key is refused at the key', async () => {
    const other = makeCertificate()
    expect(await problemsOf(web.certificate, other.key)).toEqual([
      'certificates[0].key: the private key does not belong to the certificate',
    ])
    expect(await problemsOf(authority.certificate + web.certificate, web.key)).toEqual([
      'certificates[0].key: the private key belongs to block 2 of the certificate; that block must come first',
    ])
  })

  test('with a key that is none is refused at the key', async () => {
    const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' }
    const encrypted = createPrivateKey(web.key)
      .export({ type: 'pkcs8', format: 'pem', ...cipher })
      .toString()
    expect(await problemsOf(web.certificate, encrypted)).toEqual([
      'certificates[0].key: the private key is encrypted; store it without a passphrase',
    ])
    expect(
      await problemsOf(web.certificate, 'hunter2, which is not a private key but a long secret all the same'),
    ).toEqual([
      'certificates[0].key: this is not a private key in PEM form; it begins with -----BEGIN PRIVATE KEY-----',
    ])
    expect(await problemsOf(web.certificate, web.certificate)).toHaveLength(1)
    expect(await problemsOf(web.certificate, web.key.replace('MIG', 'XXX'))).toEqual([
      'certificates[0].key: the private key is damaged, or of a kind that is not known',
    ])
  })

  test('that is none, or that OpenSSL will not serve, is refused at the certificate', async () => {
    const none = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n'
    expect(await problemsOf(none, web.key)).toEqual(['certificates[0].certificate: block 1 is not a certificate'])
    expect(await problemsOf(web.certificate + none, web.key)).toEqual([
      'certificates[0].certificate: block 2 is not a certificate',
    ])
    const short = makeCertificate({ keyType: 'short' })
    expect(await problemsOf(short.certificate, short.key)).toEqual([
      'certificates[0].certificate: OpenSSL refuses it: ee key too small',
    ])
  })
})

test('all that is wrong is told at once, authorities of upstreams among it', async () => {
  const { certificate } = web
  const ca = '-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n'
  const upstreams = [{ tls: { verify: true } }, { tls: { verify: true, ca } }, { tls: { verify: true, ca } }]
  const certificates = ['a', 'b'].map((id) => ({ id, certificate, key: { env: id } }))
  const sources = { secrets: new Map(), folder: '/', env: { b: 'x' } }
  // Only `tls` is looked at.
  const config = { certificates, upstreams: upstreams as never }
  await expect(loadCertificates(config, sources, now)).rejects.toMatchObject({
    problems: [
      { path: 'certificates[0].key.env' },
      { path: 'certificates[1].key' },
      { path: 'upstreams[1].tls.ca', message: 'block 1 is not a certificate' },
    ],
  })
})

test('what has not changed is not looked through again, and warns once', async () => {
  const old = makeCertificate({ notAfter: new Date(now - day) })
  const certificates = [{ id: 'web', certificate: old.certificate, key: { secret: 'k' } }]
  const sources = { secrets: new Map([['k', old.key]]), folder: '/', env: {} }
  const first = await loadCertificates({ certificates, upstreams: [] }, sources, now)
  const second = await loadCertificates({ certificates, upstreams: [] }, sources, now, first)
  expect(first.warnings).toHaveLength(1)
  expect(second).toEqual({ ...first, warnings: [] })
})

describe('the set of a worker', () => {
  test('keeps what has not changed as the same object over publishes, contexts too', async () => {
    const other = makeCertificate()
    const first = createCertificateSet((await loadMade({ web, other })).certificates)
    const second = createCertificateSet((await loadMade({ web, other: makeCertificate() })).certificates, first)
    expect(second.get('web')).toBe(first.get('web'))
    expect(second.get('web')?.context).toBe(first.get('web')?.context)
    expect(second.get('other')).not.toBe(first.get('other'))
    expect([...second.keys()]).toEqual(['web', 'other'])
  })

  test('shows no key to whoever writes it down', async () => {
    const set = createCertificateSet((await loadMade({ web })).certificates)
    const written = `${inspect(set, { depth: 10, showHidden: true })} ${JSON.stringify([...set.values()])}`
    expect(written).toContain('shop.example.com')
    expect(written).not.toContain('PRIVATE KEY')
  })
})

test('of two certificates for one name the one that is named first serves; the first of all serves the rest', async () => {
  const wide = makeCertificate({ names: ['*.example.com', 'example.com'] })
  const narrow = makeCertificate({ names: ['a.example.com'] })
  const again = makeCertificate({ names: ['a.example.com'] })
  const set = createCertificateSet((await loadMade({ wide, narrow, again })).certificates)
  const names = createServerNames(['narrow', 'again', 'wide'], set)
  const found = (name: string) => names.find(name).id
  expect(found('a.example.com')).toBe('narrow')
  expect(found('A.Example.Com')).toBe('narrow')
  expect(found('b.example.com')).toBe('wide')
  expect(found('example.com')).toBe('wide')
  for (const name of ['b.a.example.com', 'com', '', '.', '.example.com', '__proto__', 'x'.repeat(300)]) {
    expect(found(name)).toBe('narrow')
  }
  expect(() => createServerNames([], set)).toThrow('no certificate')
})
