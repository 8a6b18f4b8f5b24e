import { randomBytes, X509Certificate } from 'node:crypto'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { loadMade, type MadeCertificate, makeCertificate } from '../testing/make-certificate.ts'
import { createCertificateSet } from './certificate-set.ts'
import { createServerNames } from './server-names.ts'
import { ServerTls, type ServerTlsSettings } from './server-tls.ts'

const ticketKeys = randomBytes(48)
const shop = makeCertificate({ names: ['shop.example.com'] })
const other = makeCertificate({ names: ['other.example.com', '*.apps.example.com'] })
const renewed = makeCertificate({ names: ['shop.example.com'] })

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Settings with these certificates, the first of which is the fallback. */
async function settingsOf(
  made: readonly MadeCertificate[],
  more: Partial<ServerTlsSettings> = {},
): Promise<ServerTlsSettings> {
  const { certificates } = await loadMade(Object.fromEntries(made.map((one, index) => [`c${index}`, one])))
  const ids = certificates.map(({ id }) => id)
  const names = createServerNames(ids, createCertificateSet(certificates))
  return { names, minVersion: 'TLSv1.2', ticketKeys, ...more }
}

/** A port whose connections go through `ServerTls` and say `hello` to who is agreed with, then echo. */
async function listen(
  settings: ServerTlsSettings,
  accept = (server: ServerTls, socket: net.Socket) => server.accept(socket),
  handshakeTimeoutMs?: number,
) {
  const agreed: tls.TLSSocket[] = []
  const failed: null[] = []
  const secure = new ServerTls(
    settings,
    {
      agreed(socket) {
        agreed.push(socket)
        socket.on('error', () => {})
        socket.write('hello')
        socket.on('data', (chunk) => socket.write(chunk))
      },
      failed: () => void failed.push(null),
    },
    handshakeTimeoutMs,
  )
  // As a listener has it.
  const sockets = new Set<net.Socket>()
  const port = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    accept(secure, socket)
  })
  await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => port.close(resolve))
  })
  // It listens on a port.
  return { secure, agreed, failed, port: (port.address() as AddressInfo).port }
}

interface Client {
  readonly socket: tls.TLSSocket
  /** The certificate that was shown. */
  readonly shown: X509Certificate | undefined
  /** For the next connection. */
  readonly session: Promise<Buffer>
}

/** Connects and waits for `hello`. */
async function connect(port: number, options: tls.ConnectionOptions = {}): Promise<Client> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  ends.push(async () => void socket.destroy())
  const session = new Promise<Buffer>((resolve) => socket.once('session', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('data', () => resolve())
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
  return { socket, shown: socket.getPeerX509Certificate(), session }
}

describe('the certificate that is shown', () => {
  test('is the one for the name that was asked for, else the first', async () => {
    const { port } = await listen(await settingsOf([shop, other]))
    const asked = async (servername?: string) =>
      (await connect(port, { ...(servername && { servername }) })).shown?.subjectAltName
    expect(await asked('shop.example.com')).toContain('shop.example.com')
    expect(await asked('other.example.com')).toContain('other.example.com')
    expect(await asked('OTHER.example.com')).toContain('other.example.com')
    expect(await asked('one.apps.example.com')).toContain('other.example.com')
    expect(await asked('two.one.apps.example.com')).toContain('shop.example.com')
    expect(await asked('unknown.example.com')).toContain('shop.example.com')
    expect(await asked('x')).toContain('shop.example.com')
    expect(await asked()).toContain('shop.example.com')
  })

  test('changes for new connections; open ones go on', async () => {
    const { port, secure } = await listen(await settingsOf([shop, other]))
    const open = await connect(port, { servername: 'shop.example.com' })
    secure.configure(await settingsOf([renewed, other]))
    for (const servername of ['shop.example.com', 'unknown.example.com', undefined]) {
      const next = await connect(port, { ...(servername && { servername }) })
      expect(next.shown?.fingerprint256).toBe(fingerprint(renewed))
    }
    const echo = new Promise((resolve) => open.socket.once('data', resolve))
    open.socket.write('still there')
    expect(String(await echo)).toBe('still there')
  })

  test('may be of any common kind', async () => {
    for (const keyType of ['rsa', 'ec', 'ed25519'] as const) {
      const { port } = await listen(await settingsOf([makeCertificate({ keyType })]))
      expect((await connect(port)).shown?.subjectAltName).toContain('localhost')
    }
  })

  test('is the first when looking for one fails', async () => {
    const settings = await settingsOf([shop])
    const find = () => {
      throw new Error('CVE-2026-21637')
    }
    const { port } = await listen({ ...settings, names: { ...settings.names, find } })
    expect((await connect(port, { servername: 'shop.example.com' })).shown?.subjectAltName).toContain(
      'shop.example.com',
    )
  })
})

const fingerprint = ({ certificate }: MadeCertificate) => new X509Certificate(certificate).fingerprint256

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (version) => {
  const versions = { minVersion: version, maxVersion: version }

  async function sessionOf(port: number, options: tls.ConnectionOptions): Promise<Buffer> {
    const { socket, session } = await connect(port, { ...versions, ...options })
    expect(socket.getProtocol()).toBe(version)
    expect(socket.isSessionReused()).toBe(false)
    const kept = await session
    socket.destroy()
    return kept
  }

  test.each([{ servername: 'other.example.com' }, {}])(
    'goes on over a change of certificates, and at another worker (%o)',
    async (name) => {
      const first = await listen(await settingsOf([shop, other]))
      const session = await sessionOf(first.port, name)
      first.secure.configure(await settingsOf([renewed, other]))
      expect((await connect(first.port, { ...versions, ...name, session })).socket.isSessionReused()).toBe(true)
      const second = await listen(await settingsOf([renewed, other]))
      expect((await connect(second.port, { ...versions, ...name, session })).socket.isSessionReused()).toBe(true)
    },
  )

  test('does not go on with other keys', async () => {
    const { port, secure } = await listen(await settingsOf([shop]))
    const session = await sessionOf(port, {})
    secure.configure(await settingsOf([shop], { ticketKeys: randomBytes(48) }))
    expect((await connect(port, { ...versions, session })).socket.isSessionReused()).toBe(false)
  })

  test('has application bytes of the client that came with its first ones', async () => {
    const { port } = await listen(await settingsOf([shop]))
    const { socket } = await connect(port, versions)
    const echo = new Promise((resolve) => socket.once('data', resolve))
    socket.write('at once')
    expect(String(await echo)).toBe('at once')
  })
})

describe('what is refused', () => {
  test('a version below the lowest, which can be raised while it serves', async () => {
    const { port, secure, failed } = await listen(await settingsOf([shop]))
    await connect(port, { maxVersion: 'TLSv1.2' })
    secure.configure(await settingsOf([shop], { minVersion: 'TLSv1.3' }))
    await expect(connect(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow('protocol version')
    expect((await connect(port)).socket.getProtocol()).toBe('TLSv1.3')
    secure.configure(await settingsOf([shop]))
    await connect(port, { maxVersion: 'TLSv1.2' })
    expect(failed).toHaveLength(1)
  })

  test('protocols other than HTTP/1', async () => {
    const { port, agreed, failed } = await listen(await settingsOf([shop]))
    await connect(port, { ALPNProtocols: ['h2', 'http/1.0', 'http/1.1'] })
    expect(agreed[0]?.alpnProtocol).toBe('http/1.1')
    await connect(port, { ALPNProtocols: ['http/1.0'] })
    expect(agreed[1]?.alpnProtocol).toBe('http/1.0')
    await expect(connect(port, { ALPNProtocols: ['h2'] })).rejects.toThrow()
    expect(agreed).toHaveLength(2)
    expect(failed).toHaveLength(1)
  })

  test('plain HTTP, garbage, and connections that end before they are agreed: counted, and nothing breaks', async () => {
    const { port, agreed, failed } = await listen(await settingsOf([shop]))
    const texts = ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', randomBytes(600), '\x16\x03\x01\xff\xff', '']
    for (const text of texts) {
      const socket = net.connect(port, '127.0.0.1')
      ends.push(async () => void socket.destroy())
      socket.on('error', () => {})
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.end(text)
      socket.resume()
      await closed
    }
    await expect.poll(() => failed.length, { timeout: 10_000 }).toBe(texts.length)
    expect(agreed).toEqual([])
    await connect(port)
  })

  test('taking too long, also a little at a time', async () => {
    const { port, failed } = await listen(await settingsOf([shop]), undefined, 300)
    const silent = net.connect(port, '127.0.0.1')
    const slow = net.connect(port, '127.0.0.1', () => slow.write('\x16\x03\x01\x02\x00'))
    const drip = setInterval(() => slow.write('\x01'), 50)
    ends.push(async () => clearInterval(drip))
    await Promise.all(
      [silent, slow].map(async (socket) => {
        socket.on('error', () => {}).resume()
        await new Promise((resolve) => socket.once('close', resolve))
      }),
    )
    expect(failed).toHaveLength(2)
    const { socket } = await connect(port)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(socket.destroyed).toBe(false)
  })

  test('beginning anew within a connection', async () => {
    const { port } = await listen(await settingsOf([shop]))
    const { socket } = await connect(port, { maxVersion: 'TLSv1.2' })
    const outcome = await new Promise<Error | null | undefined>((resolve) => {
      socket.once('error', resolve)
      socket.renegotiate({}, resolve)
    })
    expect(String(outcome)).toContain('no renegotiation')
  })
})

test('a hello that came before the connection was taken over counts', async () => {
  const { port } = await listen(await settingsOf([shop]), (secure, socket) => {
    socket.pause()
    setTimeout(() => secure.accept(socket), 50)
  })
  await connect(port)
})

test('a client that leaves before it is agreed holds nothing, however long it might have taken', async () => {
  const { port, failed } = await listen(await settingsOf([shop]), undefined, 60_000)
  const leaving = tls.connect({ host: '127.0.0.1', port, servername: 'shop.example.com' })
  leaving.on('error', () => {})
  await expect.poll(() => failed.length, { timeout: 10_000 }).toBe(1)
})

test('a client that has said all may still be answered', async () => {
  const { port, agreed } = await listen(await settingsOf([shop]))
  const { socket } = await connect(port)
  socket.allowHalfOpen = true
  agreed[0]?.once('end', () => setTimeout(() => agreed[0]?.write('the last word'), 100))
  const answered = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())))
  socket.end()
  expect(await answered).toBe('the last word')
})
