import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import type { Upstream } from '@switchyard/core/config/model'
import { afterEach, describe, expect, test } from 'vitest'
import { loadMade, makeCertificate } from '../testing/make-certificate.ts'
import { type CertificateSet, createCertificateSet } from './certificate-set.ts'
import { createUpstreamTls, TargetTls, UpstreamTls } from './target-tls.ts'

const authority = makeCertificate({ names: ['authority'], authority: true })
const { issuer } = authority
const app = makeCertificate({ names: ['app.internal', 'localhost', '127.0.0.1'], issuer })
const client = makeCertificate({ names: ['gateway'], issuer })
const none: CertificateSet = new Map()

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** A target that says `hello`, and what it saw of its clients. */
async function startTarget(options: tls.TlsOptions = {}) {
  const seen: { serverName: string | false | undefined; client: string | undefined; resumed: boolean }[] = []
  const server = tls.createServer({ cert: app.certificate, key: app.key, ...options }, (socket) => {
    const { servername } = socket as { servername?: string | false }
    const client = socket.getPeerX509Certificate()?.subjectAltName
    seen.push({ serverName: servername, client, resumed: socket.isSessionReused() })
    socket.on('error', () => {}).write('hello')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise((resolve) => server.close(() => resolve())))
  // It listens on a port.
  return { seen, port: (server.address() as AddressInfo).port }
}

const settings = (more: Partial<Upstream['tls']> = {}): Upstream['tls'] => ({
  verify: true,
  ca: authority.certificate,
  ...more,
})

/** Opens a connection as the engine does; resolves when it has been used. */
async function connect(port: number, target: TargetTls): Promise<void> {
  const socket = tls.connect({ ...target.connectionOptions(), socket: net.connect(port, '127.0.0.1') })
  target.keepSession(socket)
  ends.push(async () => void socket.destroy())
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('error', reject)
  })
}

const targetOf = (tls: Upstream['tls'], host: string, certificates = none) =>
  new TargetTls(new UpstreamTls(tls, certificates), host)

describe('a target', () => {
  test('is asked for by its name, and verified', async () => {
    const { port, seen } = await startTarget()
    await connect(port, targetOf(settings(), 'localhost'))
    expect(seen[0]?.serverName).toBe('localhost')
    await expect(connect(port, targetOf(settings(), 'other.internal'))).rejects.toThrow('does not match')
    await expect(connect(port, targetOf({ verify: true }, 'localhost'))).rejects.toThrow('certificate')
  })

  test('may be expected by another name, or not verified at all', async () => {
    const { port, seen } = await startTarget()
    await connect(port, targetOf(settings({ serverName: 'app.internal' }), 'other.internal'))
    expect(seen[0]?.serverName).toBe('app.internal')
    await expect(connect(port, targetOf(settings({ serverName: 'b.internal' }), 'localhost'))).rejects.toThrow('match')
    await connect(port, targetOf({ verify: false }, 'other.internal'))
  })

  test('with an address is asked for by no name, and verified against the address', async () => {
    const { port, seen } = await startTarget()
    await connect(port, targetOf(settings(), '127.0.0.1'))
    await connect(port, targetOf(settings({ serverName: '127.0.0.1' }), 'other.internal'))
    expect(seen.map(({ serverName }) => serverName)).toEqual([false, false])
    await expect(connect(port, targetOf(settings(), '127.0.0.2'))).rejects.toThrow('not in the cert')
    await expect(connect(port, targetOf(settings(), '::1'))).rejects.toThrow('not in the cert')
  })

  test('gets the client certificate when it asks for one', async () => {
    const { port, seen } = await startTarget({ requestCert: true, ca: authority.certificate })
    const certificates = createCertificateSet((await loadMade({ client })).certificates)
    await connect(port, targetOf(settings({ certificate: 'client' }), 'localhost', certificates))
    expect(seen[0]?.client).toContain('gateway')
    await expect(connect(port, targetOf(settings(), 'localhost'))).rejects.toThrow()
  })
})

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (version) => {
  const versions = { minVersion: version, maxVersion: version }

  test('goes on with the next connection', async () => {
    const { port, seen } = await startTarget(versions)
    const target = targetOf(settings(), 'localhost')
    await connect(port, target)
    await expect.poll(() => target.connectionOptions().session, { timeout: 10_000 }).toBeDefined()
    await connect(port, target)
    expect(seen.map(({ resumed }) => resumed)).toEqual([false, true])
  })

  test('is not kept of a target that was not believed', async () => {
    const { port } = await startTarget(versions)
    const target = targetOf(settings(), 'other.internal')
    for (let n = 0; n < 2; n++) await expect(connect(port, target)).rejects.toThrow('does not match')
    expect(target.connectionOptions().session).toBeUndefined()
  })
})

test('the fingerprint says whether connections of before may be used', async () => {
  const [one, other] = await Promise.all([loadMade({ client }), loadMade({ client: makeCertificate() })])
  const certificates = createCertificateSet(one.certificates)
  const first = new UpstreamTls(settings({ certificate: 'client' }), certificates)
  expect(createUpstreamTls(settings({ certificate: 'client' }), createCertificateSet(one.certificates), first)).toBe(
    first,
  )
  const different: [Upstream['tls'], CertificateSet][] = [
    [settings({ certificate: 'client' }), createCertificateSet(other.certificates)],
    [settings(), certificates],
    [settings({ certificate: 'client', verify: false }), certificates],
    [settings({ certificate: 'client', serverName: 'a' }), certificates],
    [settings({ certificate: 'client', ca: app.certificate }), certificates],
  ]
  for (const [tls, set] of different) expect(createUpstreamTls(tls, set, first)).not.toBe(first)
})
