import { createHash, randomBytes } from 'node:crypto'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import tls from 'node:tls'
import { SwitchyardError } from '@switchyard/core/errors'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { AccessEntry } from './observe/access-entry.ts'
import { createObserver } from './observe/observer.ts'
import { startBackend, startNamed } from './testing/backend.ts'
import { ask, connectRaw, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import { type MadeCertificate, makeCertificate } from './testing/make-certificate.ts'

const shop = makeCertificate({ names: ['shop.example.com'] })
const renewed = makeCertificate({ names: ['shop.example.com'] })
const blog = makeCertificate({ names: ['blog.example.com', '*.blogs.example.com'] })

const secrets = new Map<string, string>()

/** A document whose one listener shows these certificates, the first of them to whoever asks for none. */
function secured(shown: Readonly<Record<string, MadeCertificate>>, listener: Written, rest: Written): Written {
  for (const [id, { key }] of Object.entries(shown)) secrets.set(id, key)
  return {
    listeners: [
      { id: 'web', address: '127.0.0.1', protocol: 'https', tls: { certificates: Object.keys(shown) }, ...listener },
    ],
    certificates: Object.entries(shown).map(([id, { certificate }]) => ({ id, certificate, key: { secret: id } })),
    ...rest,
  }
}

const start = (document: Written) => startGateway(document, { secrets })

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function handshake(port: number, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () =>
      resolve(socket),
    )
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('closed')))
  })
}

/** The certificate that is shown to who asks for this name, as the PEM text it was made as. */
async function shownTo(port: number, servername = ''): Promise<string | undefined> {
  const socket = await handshake(port, servername === '' ? {} : { servername })
  const shown = socket.getPeerX509Certificate()?.toString()
  socket.destroy()
  return shown
}

function askOver(socket: tls.TLSSocket, path = '/'): Promise<string> {
  let text = ''
  return new Promise((resolve) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      if (!/\r\n\r\n[\s\S]/.test(text)) return
      socket.off('data', take)
      resolve(text)
    }
    socket.on('data', take)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  })
}

const clientsOf = ({ traffic }: Gateway) => traffic.state().sockets.clients

test('each name is shown its certificate, and other names the first', async () => {
  await using backend = await startNamed('ok')
  await using gateway = await start(secured({ shop, blog }, { port: 0 }, forwardTo(backend.url)))
  const { port } = gateway
  expect(await shownTo(port)).toBe(shop.certificate)
  expect(await shownTo(port, 'shop.example.com')).toBe(shop.certificate)
  expect(await shownTo(port, 'blog.example.com')).toBe(blog.certificate)
  expect(await shownTo(port, 'me.blogs.example.com')).toBe(blog.certificate)
  expect(await shownTo(port, 'elsewhere.example.com')).toBe(shop.certificate)
  await until(() => clientsOf(gateway) === 0)
})

test('a request over TLS is known as one, to its target and in the log', async () => {
  const entries: AccessEntry[] = []
  const observer = createObserver({ accessLog: { write: (entry) => void entries.push(entry) } })
  await using backend = await startBackend((request, response) =>
    response.end(`${request.headers['x-forwarded-proto']} ${request.headers.forwarded}`),
  )
  const document = secured({ shop }, { port: 0 }, forwardTo(backend.url))
  await using gateway = await startGateway(document, { secrets, observer })
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = await handshake(gateway.port, { minVersion: version, maxVersion: version })
    expect(await askOver(socket)).toMatch(/\r\n\r\nhttps for=127\.0\.0\.1;host=a;proto=https$/)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
  }
  expect(entries.map(({ tlsVersion, termination }) => [tlsVersion, termination])).toEqual([
    ['TLSv1.2', 'completed'],
    ['TLSv1.2', 'bad_request'],
    ['TLSv1.3', 'completed'],
    ['TLSv1.3', 'bad_request'],
  ])
})

test('a renewed certificate is for new connections; a download and a WebSocket that are open go on untouched', async () => {
  const body = randomBytes(4_000_000)
  let drip = (): void => {}
  await using backend = await startBackend((request, response) => {
    if (request.url === '/') {
      response.end('ok')
      return
    }
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.subarray(0, 2_000_000))
    drip = () => response.end(body.subarray(2_000_000))
  })
  new WebSocketServer({ server: backend.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  const document = (web: MadeCertificate) => secured({ web }, { port: 0 }, forwardTo(backend.url))
  await using gateway = await start(document(shop))
  const { port } = gateway
  const webSocket = new WebSocket(`wss://127.0.0.1:${port}/`, { rejectUnauthorized: false })
  await new Promise((resolve) => webSocket.once('open', resolve))
  const echo = (text: string) =>
    new Promise((resolve) => {
      webSocket.once('message', (data) => resolve(String(data)))
      webSocket.send(text)
    })
  expect(await echo('before')).toBe('before')

  const hash = createHash('sha256')
  let bytes = 0
  let complete = false
  https.get({ host: '127.0.0.1', port, path: '/download', rejectUnauthorized: false, agent: false }, (response) => {
    response.on('data', (chunk: Buffer) => {
      hash.update(chunk)
      bytes += chunk.length
    })
    response.on('close', () => {
      complete = response.complete
    })
  })
  const kept = await handshake(port)
  await until(() => bytes === 2_000_000, 'half of the download')
  for (const web of [renewed, shop, renewed]) {
    await gateway.publish(document(web))
    expect(await shownTo(port)).toBe(web.certificate)
  }
  expect(await askOver(kept)).toMatch(/ok$/)
  expect(kept.getPeerX509Certificate()?.toString()).toBe(shop.certificate)
  expect(await echo('after')).toBe('after')
  drip()
  await until(() => complete, 'the end of the download')
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
  expect(gateway.traffic.state().runtimes).toBe(1)
  webSocket.terminate()
  kept.destroy()
  await until(() => clientsOf(gateway) === 0)
})

test('a session goes on after a publish', async () => {
  await using backend = await startNamed('ok')
  const document = (weight: number) =>
    secured({ shop }, { port: 0 }, forwardTo([], { targets: [{ id: 'a', url: backend.url, weight }] }))
  await using gateway = await start(document(1))
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const options = { minVersion: version, maxVersion: version }
    const first = await handshake(gateway.port, options)
    // With 1.3 it comes after the handshake.
    const session = new Promise<Buffer>((resolve) => first.once('session', resolve))
    await askOver(first)
    await gateway.publish(document(2))
    const ticket = version === 'TLSv1.2' ? first.getSession() : await session
    const again = await handshake(gateway.port, { ...options, session: ticket })
    expect(again.isSessionReused()).toBe(true)
    expect(await askOver(again)).toMatch(/ok$/)
    first.destroy()
    again.destroy()
    await gateway.publish(document(1))
  }
})

test('the lowest version is raised for new connections', async () => {
  const document = (minVersion: string) =>
    secured({ shop }, { port: 0, tls: { certificates: ['shop'], minVersion } }, { upstreams: [], routes: [] })
  await using gateway = await start(document('TLSv1.2'))
  const old = { maxVersion: 'TLSv1.2' as const }
  const open = await handshake(gateway.port, old)
  await gateway.publish(document('TLSv1.3'))
  await expect(handshake(gateway.port, old)).rejects.toThrow(/protocol version/)
  expect((await handshake(gateway.port)).getProtocol()).toBe('TLSv1.3')
  expect(await askOver(open)).toMatch(/^HTTP\/1\.1 404/)
})

test('a port changes from http to https and back, and what is open on it goes on', async () => {
  await using backend = await startBackend((request, response) =>
    response.end(String(request.headers['x-forwarded-proto'])),
  )
  const port = await freePort()
  const plain = { ...forwardTo(backend.url), listeners: [{ id: 'web', address: '127.0.0.1', port }] }
  const secure = secured({ shop }, { port }, forwardTo(backend.url))
  await using gateway = await start(plain)
  const rawAsk = async (socket: net.Socket): Promise<string> => {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    return new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString('latin1'))))
  }
  const early = await connectRaw(port)
  expect(await rawAsk(early)).toMatch(/http$/)
  await gateway.publish(secure)
  const encrypted = await handshake(port)
  expect(await askOver(encrypted)).toMatch(/https$/)
  expect(await rawAsk(early)).toMatch(/http$/)
  await gateway.publish(plain)
  expect((await ask(port)).text).toBe('http')
  expect(await askOver(encrypted)).toMatch(/https$/)
  await expect(handshake(port)).rejects.toThrow()
  await gateway.publish(secure)
  expect(await shownTo(port)).toBe(shop.certificate)
  expect(await rawAsk(early)).toMatch(/http$/)
  early.destroy()
  encrypted.destroy()
  await until(() => clientsOf(gateway) === 0)
})

test('a key that does not fit is refused at its place, and what served serves on', async () => {
  await using backend = await startNamed('ok')
  await using gateway = await start(secured({ shop }, { port: 0 }, forwardTo(backend.url)))
  const wrong = secured({ shop: { ...blog, key: shop.key } }, { port: 0 }, forwardTo(backend.url))
  const error = await gateway.publish(wrong).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(SwitchyardError)
  expect(error).toMatchObject({ code: 'invalid', problems: [{ path: 'certificates[0].key' }] })
  expect(JSON.stringify(error)).not.toContain('PRIVATE')
  expect(await shownTo(gateway.port)).toBe(shop.certificate)
  expect(gateway.traffic.state()).toMatchObject({ revision: { number: 1 }, runtimes: 1 })
})

test('who does not shake hands in time is let go, by the time that is published', async () => {
  const document = (headersMs: number) =>
    secured({ shop }, { port: 0, timeouts: { headersMs } }, { upstreams: [], routes: [] })
  await using gateway = await start(document(60_000))
  await gateway.publish(document(300))
  const silent = await connectRaw(gateway.port)
  const halting = await connectRaw(gateway.port)
  halting.on('error', () => {})
  halting.write(Buffer.from('160301', 'hex'))
  await until(() => clientsOf(gateway) === 2)
  const begun = Date.now()
  await until(() => clientsOf(gateway) === 0, 'the end of both')
  expect(Date.now() - begun).toBeLessThan(5000)
  const [, failed] = gateway.metrics.snapshot(0).series.find(([key]) => key === 'listener web') ?? []
  expect(failed).toEqual([2, 0, 2])
  silent.destroy()
  halting.destroy()
})

test('handshakes that are under way count among the connections of a client', async () => {
  const limits = { connectionsPerClient: 2 }
  await using gateway = await start(secured({ shop }, { port: 0, limits }, { upstreams: [], routes: [] }))
  const silent = [await connectRaw(gateway.port), await connectRaw(gateway.port)]
  await until(() => clientsOf(gateway) === 2)
  await expect(handshake(gateway.port)).rejects.toThrow()
  for (const socket of silent) socket.destroy()
  await until(() => clientsOf(gateway) === 0)
  expect(await askOver(await handshake(gateway.port))).toMatch(/^HTTP\/1\.1 404/)
})

test('plain HTTP on a port with TLS is no request', async () => {
  let requests = 0
  await using backend = await startBackend((_request, response) => {
    requests++
    response.end('ok')
  })
  await using gateway = await start(secured({ shop }, { port: 0 }, forwardTo(backend.url)))
  const { text, closed } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(text).not.toContain('200')
  expect(closed).toBe(true)
  await until(() => clientsOf(gateway) === 0)
  expect(requests).toBe(0)
})

test('50 MB go both ways over TLS, no faster than the slower end takes them', async () => {
  const size = 50_000_000
  let received = 0
  let written = 0
  let writtenEarly = 0
  await using backend = await startBackend((request, response) => {
    response.writeHead(200, { 'content-length': request.headers['content-length'] })
    // Slow to begin with.
    setTimeout(() => {
      writtenEarly = written
      request.on('data', (chunk: Buffer) => {
        received += chunk.length
        if (response.write(chunk)) return
        request.pause()
        response.once('drain', () => request.resume())
      })
      request.on('end', () => response.end())
    }, 1000)
  })
  await using gateway = await start(secured({ shop }, { port: 0 }, forwardTo(backend.url)))
  const piece = randomBytes(100_000)
  const [sent, got] = [createHash('sha256'), createHash('sha256')]
  let back = 0
  await new Promise<void>((resolve, reject) => {
    const request = https.request(
      {
        host: '127.0.0.1',
        port: gateway.port,
        method: 'POST',
        headers: { 'content-length': size },
        rejectUnauthorized: false,
        agent: false,
      },
      (response) => {
        // Slow to begin with, too.
        setTimeout(() => {
          response.on('data', (chunk: Buffer) => {
            got.update(chunk)
            back += chunk.length
          })
          response.on('end', resolve)
        }, 1000)
      },
    )
    request.on('error', reject)
    const more = (): void => {
      while (written < size) {
        sent.update(piece)
        written += piece.length
        if (!request.write(piece)) {
          request.once('drain', more)
          return
        }
      }
      request.end()
    }
    more()
  })
  expect([received, back]).toEqual([size, size])
  expect(got.digest('hex')).toBe(sent.digest('hex'))
  // What the sockets of this machine hold is a few megabytes.
  expect(writtenEarly).toBeLessThan(30_000_000)
  await until(() => clientsOf(gateway) === 0)
})

test('a client that goes in the middle of an answer over TLS takes the work of the target with it', async () => {
  let aborted = 0
  await using backend = await startBackend((_request, response) => {
    response.on('close', () => aborted++)
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(1000)), 10)
    response.on('close', () => clearInterval(timer))
  })
  await using gateway = await start(secured({ shop }, { port: 0 }, forwardTo(backend.url)))
  const ends = [(socket: tls.TLSSocket) => socket.destroy(), (socket: tls.TLSSocket) => socket.end()]
  for (const [index, end] of ends.entries()) {
    const socket = await handshake(gateway.port)
    await askOver(socket)
    end(socket)
    // Nobody takes what comes.
    socket.destroySoon()
    await until(() => aborted === index + 1, 'the end of the work')
  }
  await until(() => clientsOf(gateway) === 0)
})

test('the end of it all ends every connection, those under way to TLS too', async () => {
  await using gateway = await start(secured({ shop }, { port: 0 }, { upstreams: [], routes: [] }))
  const agreed = await handshake(gateway.port)
  const silent = await connectRaw(gateway.port)
  silent.write(Buffer.from('160301', 'hex'))
  await until(() => clientsOf(gateway) === 2)
  const closed = [agreed, silent].map((one) => new Promise((resolve) => one.once('close', resolve)))
  for (const socket of [agreed, silent]) socket.on('error', () => {}).resume()
  gateway.traffic.destroy()
  await Promise.all(closed)
  await until(() => clientsOf(gateway) === 0)
})
