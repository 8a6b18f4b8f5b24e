import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttp2Server, createSecureServer, type Http2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { health } from '@switchyard/core/config/health'
import { upstreamSchema } from '@switchyard/core/config/upstream'
import type { Cause } from '@switchyard/core/target-events'
import { afterEach, describe, expect, test } from 'vitest'
import { createAddressPolicy } from '../traffic/address-policy.ts'
import { loadMade, makeCertificate } from '../traffic/testing/make-certificate.ts'
import { createCertificateSet } from '../traffic/tls/certificate-set.ts'
import { createUpstreamTls } from '../traffic/tls/target-tls.ts'
import { startProbe } from './probe.ts'
import { questionOf } from './question.ts'

const own = makeCertificate()
const allowAll = createAddressPolicy({ allow: [], own: [] })
const opened: { server: Server; sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of opened.splice(0)) {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
})

/** @returns its port */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.on('tlsClientError', () => {})
  opened.push({ server, sockets })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const http = (answer: RequestListener) => listen(createServer(answer))
/** Whatever is written comes back as this, byte by byte as it stands. */
const raw = (answer: (socket: Socket) => void) =>
  listen(createTcpServer((socket) => socket.once('data', () => answer(socket))))

interface More {
  tls?: object
  allowed?: ReturnType<typeof createAddressPolicy>
  certificates?: Awaited<ReturnType<typeof loadMade>>
}

/** Why the target at this URL is not well; undefined when it is. */
function probe(url: string, active: object, { tls = {}, allowed = allowAll, certificates }: More = {}) {
  const config = health.parse({ active: { timeoutMs: 5000, ...active } }).active
  if (!config) throw new Error('there are probes')
  const upstream = upstreamSchema.parse({ id: 'shop', tls })
  const set = createCertificateSet(certificates?.certificates ?? [])
  const question = questionOf(url, config, createUpstreamTls(upstream.tls, set))
  return new Promise<Cause | undefined>((resolve) => startProbe(question, allowed, resolve))
}
const at = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}`
/** Of a port that was open a moment ago. */
async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe('HTTP', () => {
  test('asks what it is told to ask, with the base path of the address left out', async () => {
    let seen: unknown
    const port = await http((request, response) => {
      const { method, url, headers } = request
      seen = { method, url, headers }
      response.end('well')
    })
    const active = { path: '/health?deep=1', headers: { 'x-probe': 'yes' } }
    expect(await probe(`${at(port)}/base`, active)).toBeUndefined()
    expect(seen).toEqual({
      method: 'GET',
      url: '/health?deep=1',
      headers: {
        'user-agent': 'switchyard-probe',
        'x-probe': 'yes',
        host: `127.0.0.1:${port}`,
        connection: 'close',
      },
    })
    expect(await probe(at(port), { method: 'POST', host: 'app.internal' })).toBeUndefined()
    expect(seen).toMatchObject({ method: 'POST', headers: { host: 'app.internal', 'content-length': '0' } })
  })

  test('a port of its own stands in for that of the address', async () => {
    const port = await http((_, response) => response.end())
    expect(await probe('http://127.0.0.1:1', { port })).toBeUndefined()
  })

  test('goes by the status, and follows no redirect', async () => {
    const asked: unknown[] = []
    const port = await http((request, response) => {
      asked.push(request.url)
      response.writeHead(Number(request.url?.slice(1)), { location: '/200' }).end()
    })
    expect(await probe(at(port), { path: '/204' })).toBeUndefined()
    expect(await probe(at(port), { path: '/302' })).toBeUndefined()
    expect(await probe(at(port), { path: '/302', expectStatus: ['200-299'] })).toEqual({
      code: 'bad_status',
      detail: 'status 302',
    })
    expect(await probe(at(port), { path: '/503', expectStatus: ['200', '500-599'] })).toBeUndefined()
    expect(asked).toEqual(['/204', '/302', '/302', '/503'])
  })

  test('finds a text in the body wherever it is cut, and only in the first 64 KiB', async () => {
    const bodies: Record<string, string[]> = {
      '/cut': ['all is w', 'ell'],
      '/late': ['x'.repeat(65_536 - 4), 'well'],
      '/too-late': ['x'.repeat(65_536 - 3), 'well'],
      '/other': ['all is bad'],
      '/none': [],
    }
    const port = await http(async (request, response) => {
      for (const part of bodies[request.url ?? ''] ?? []) {
        response.write(part)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      response.end()
    })
    const ask = (path: string) => probe(at(port), { path, expectBody: 'well' })
    expect(await ask('/cut')).toBeUndefined()
    expect(await ask('/late')).toBeUndefined()
    expect(await ask('/too-late')).toMatchObject({ code: 'bad_body', detail: expect.stringContaining('65536') })
    expect(await ask('/other')).toMatchObject({ code: 'bad_body' })
    expect(await ask('/none')).toMatchObject({ code: 'bad_body' })
  })

  test('a body without an end is judged by its beginning, and without an expected text not read at all', async () => {
    let written = 0
    const port = await http((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written++
      }
      response.on('drain', more)
      more()
    })
    expect(await probe(at(port), {})).toBeUndefined()
    expect(await probe(at(port), { expectBody: 'well' })).toMatchObject({ code: 'bad_body' })
    expect(written).toBeLessThan(1000)
  })

  test('a body that ends with the connection is whole, one that is cut off is not', async () => {
    const ended = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall is bad'))
    expect(await probe(at(ended), { expectBody: 'well' })).toMatchObject({ code: 'bad_body' })
    const cut = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nall is'))
    expect(await probe(at(cut), { expectBody: 'well' })).toMatchObject({ code: 'target_reset' })
  })

  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'bad_response'],
    ['a head that is too long', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 'bad_response'],
    ['control bytes in a field', 'HTTP/1.1 200 OK\r\nx: \u0001\u0000\r\n\r\n', 'bad_response'],
    ['a status that is none', 'HTTP/1.1 099 Odd\r\n\r\n', 'bad_status'],
    ['another protocol', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'bad_status'],
    ['nothing', '', 'target_reset'],
  ])('%s is no good answer', async (_, answer, code) => {
    const port = await raw((socket) => socket.end(answer, 'latin1'))
    expect(await probe(at(port), {})).toMatchObject({ code })
  })

  test('interim answers are waited through, and without an end they are too late', async () => {
    const some = await raw((socket) =>
      socket.end(`${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5000)}HTTP/1.1 200 OK\r\n\r\n`),
    )
    expect(await probe(at(some), {})).toBeUndefined()
    const endless = await raw((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)));
      }
      socket.on('drain', more)
      more()
    })
    expect(await probe(at(endless), { timeoutMs: 200 })).toMatchObject({ code: 'response_timeout' })
  })

  test('a reset, a refusal and silence are told apart', async () => {
    const reset = await raw((socket) => socket.resetAndDestroy())
    expect(await probe(at(reset), {})).toMatchObject({ code: 'target_reset' })
    const silent = await raw(() => {})
    expect(await probe(at(silent), { timeoutMs: 50 })).toEqual({
      code: 'response_timeout',
      detail: 'no answer within 50 ms',
    })
    const port = await closedPort()
    expect(await probe(at(port), {})).toEqual({
      code: 'connect_failed',
      detail: `connect ECONNREFUSED 127.0.0.1:${port}`,
    })
  })

  test('a body that stands still is too late, too', async () => {
    const port = await http((_, response) => void response.write('all is'))
    expect(await probe(at(port), { expectBody: 'well', timeoutMs: 100 })).toMatchObject({ code: 'response_timeout' })
  })

  test('addresses that no target may have are not asked, however they are written', async () => {
    const port = await http((_, response) => response.end())
    expect(await probe(`http://0.0.0.0:${port}`, {})).toMatchObject({ code: 'address_refused' })
    expect(await probe('http://169.254.169.254', {})).toMatchObject({ code: 'address_refused' })
    const allowed = createAddressPolicy({ allow: [], own: [{ address: '127.0.0.1', port }] })
    expect(await probe(`http://localhost:${port}`, {}, { allowed })).toMatchObject({ code: 'address_refused' })
    expect(await probe('http://localhost:1', { port }, { allowed })).toMatchObject({ code: 'address_refused' })
  })
})

describe('TLS', () => {
  test('a target is spoken to as its upstream says', async () => {
    const port = await listen(
      createHttpsServer({ cert: own.certificate, key: own.key }, (_, response) => response.end()),
    )
    const url = at(port, 'https')
    expect(await probe(url, {})).toMatchObject({ code: 'tls_failed', detail: expect.stringContaining('self') })
    expect(await probe(url, {}, { tls: { verify: false } })).toBeUndefined()
    expect(await probe(url, {}, { tls: { ca: own.certificate } })).toBeUndefined()
    expect(await probe(url, {}, { tls: { ca: own.certificate, serverName: 'other.example' } })).toMatchObject({
      code: 'tls_failed',
    })
    expect(await probe(url, { type: 'tcp' }, { tls: { ca: own.certificate } })).toBeUndefined()
    expect(await probe(url, { type: 'tcp' })).toMatchObject({ code: 'tls_failed' })
  })

  test('a certificate that has expired is seen', async () => {
    const old = makeCertificate({ notBefore: new Date(0), notAfter: new Date(86_400_000) })
    const port = await listen(createHttpsServer({ cert: old.certificate, key: old.key }, (_, r) => r.end()))
    expect(await probe(at(port, 'https'), {}, { tls: { ca: old.certificate } })).toMatchObject({
      code: 'tls_failed',
      detail: expect.stringContaining('expired'),
    })
  })

  test('a target that asks who we are is shown the certificate', async () => {
    const names: unknown[] = []
    const port = await listen(
      createHttpsServer(
        { cert: own.certificate, key: own.key, requestCert: true, ca: own.certificate },
        (request, response) => {
          names.push(request.socket instanceof TLSSocket && request.socket.getPeerCertificate().subject?.CN)
          response.end()
        },
      ),
    )
    const certificates = await loadMade({ us: own })
    const tls = { ca: own.certificate, certificate: 'us' }
    expect(await probe(at(port, 'https'), {}, { tls, certificates })).toBeUndefined()
    expect(names).toEqual(['localhost'])
  })

  test('a target without TLS, and one that says nothing, have not agreed on it', async () => {
    const plain = await http((_, response) => response.end())
    expect(await probe(at(plain, 'https'), {})).toMatchObject({ code: 'tls_failed' })
    const silent = await listen(createTcpServer())
    expect(await probe(at(silent, 'https'), { type: 'tcp', timeoutMs: 50 })).toMatchObject({ code: 'tls_failed' })
  })
})

describe('TCP', () => {
  test('a connection is enough', async () => {
    expect(await probe(at(await listen(createTcpServer())), { type: 'tcp' })).toBeUndefined()
    expect(await probe(at(await closedPort()), { type: 'tcp' })).toMatchObject({ code: 'connect_failed' })
  })
})

describe('gRPC', () => {
  const frame = (...bytes: number[]) => Buffer.of(0, 0, 0, 0, bytes.length, ...bytes)

  /** Answers as a server of gRPC does. */
  function serve(server: Http2Server, message: Buffer, trailers: Record<string, string> = { 'grpc-status': '0' }) {
    const asked: unknown[] = []
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('error', () => {})
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        asked.push([headers[':path'], headers['content-type'], headers['te'], Buffer.concat(chunks)])
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () => stream.sendTrailers(trailers))
        stream.end(message)
      })
    })
    server.on('sessionError', () => {})
    return asked
  }
  const grpc = { type: 'grpc' }

  test('asks for a service, in clear and over TLS', async () => {
    const plain = createHttp2Server()
    const asked = serve(plain, frame(8, 1))
    expect(await probe(at(await listen(plain)), { ...grpc, service: 'shop' })).toBeUndefined()
    expect(asked).toEqual([
      [
        '/grpc.health.v1.Health/Check',
        'application/grpc',
        'trailers',
        Buffer.from('\0\0\0\0\x06\x0a\x04shop', 'latin1'),
      ],
    ])
    const secure = createSecureServer({ cert: own.certificate, key: own.key })
    serve(secure, frame(8, 1))
    expect(await probe(at(await listen(secure), 'https'), grpc, { tls: { ca: own.certificate } })).toBeUndefined()
  })

  test.each([
    ['not serving', frame(8, 2), undefined, { code: 'not_serving', detail: 'status NOT_SERVING' }],
    ['an unknown status', frame(), undefined, { code: 'not_serving', detail: 'status UNKNOWN' }],
    ['an error', Buffer.of(), { 'grpc-status': '12' }, { code: 'not_serving', detail: 'grpc-status 12' }],
    ['no status of gRPC', frame(8, 1), { other: 'x' }, { code: 'bad_response' }],
    ['garbage', Buffer.from('garbage'), undefined, { code: 'bad_response' }],
    ['an answer without end', Buffer.alloc(1_000_000), undefined, { code: 'bad_response' }],
  ] as const)('%s is no good answer', async (_, message, trailers, expected) => {
    const server = createHttp2Server()
    serve(server, message, trailers)
    expect(await probe(at(await listen(server)), grpc)).toMatchObject(expected)
  })

  /** A frame of HTTP/2 (RFC 9113, 4.1). */
  function http2Frame(type: number, flags: number, stream: number, ...body: number[]): Buffer {
    const head = Buffer.alloc(9)
    head.writeUIntBE(body.length, 0, 3)
    head[3] = type
    head[4] = flags
    head.writeUInt32BE(stream, 5)
    return Buffer.concat([head, Buffer.from(body)])
  }

  test.each([
    ['settings', http2Frame(4, 0, 0)],
    ['pings', http2Frame(6, 0, 0, ...Buffer.alloc(8))],
    ['interim answers', http2Frame(1, 4, 1, 0x08, 0x03, 0x31, 0x30, 0x33)],
    ['continued headers', http2Frame(9, 0, 1), http2Frame(1, 0, 1, 0x88)],
    ['pushed answers', http2Frame(5, 4, 1, 0, 0, 0, 2, 0x82)],
  ])('%s without end are no good answer, and end soon', async (_, frame, first = Buffer.of()) => {
    const port = await raw((socket) => {
      socket.write(Buffer.concat([http2Frame(4, 0, 0), first]))
      const many = Buffer.concat(Array.from({ length: 200 }, () => frame))
      const more = () => {
        while (!socket.destroyed && socket.write(many));
      }
      socket.on('drain', more)
      more()
    })
    expect(await probe(at(port), { ...grpc, timeoutMs: 20_000 })).toMatchObject({ code: 'bad_response' })
  })

  test('what is not gRPC, or not HTTP/2, is no good answer', async () => {
    const plain = createHttp2Server((_, response) => response.end('hello'))
    expect(await probe(at(await listen(plain)), grpc)).toMatchObject({ code: 'bad_response' })
    const failing = createHttp2Server((_, response) => response.writeHead(503).end())
    expect(await probe(at(await listen(failing)), grpc)).toEqual({ code: 'bad_status', detail: 'status 503' })
    const old = await http((_, response) => response.end())
    expect(await probe(at(old), { ...grpc, timeoutMs: 2000 })).toMatchObject({
      code: expect.stringMatching(/bad_response|target_reset/),
    })
    const oldSecure = await listen(createHttpsServer({ cert: own.certificate, key: own.key }, (_, r) => r.end()))
    expect(await probe(at(oldSecure, 'https'), grpc, { tls: { ca: own.certificate } })).toMatchObject({
      code: expect.stringMatching(/bad_response|tls_failed/),
    })
    const reset = await raw((socket) => socket.resetAndDestroy())
    expect(await probe(at(reset), grpc)).toMatchObject({ code: expect.stringMatching(/bad_response|target_reset/) })
    const silent = await listen(createTcpServer())
    expect(await probe(at(silent), { ...grpc, timeoutMs: 50 })).toMatchObject({ code: 'response_timeout' })
  })
})

test('an answer that came while this process stood still is not too late', async () => {
  const port = await http((_, response) => response.end())
  const answer = probe(at(port), { timeoutMs: 100 })
  const until = performance.now() + 500
  while (performance.now() < until);
  expect(await answer).toBeUndefined()
})

test('a probe that is cancelled says nothing and leaves no connection', async () => {
  const gone: Promise<unknown>[] = []
  const server = createTcpServer((socket) => gone.push(once(socket, 'close')))
  const port = await listen(server)
  const config = health.parse({ active: {} }).active
  if (!config) throw new Error('there are probes')
  const { tls } = upstreamSchema.parse({ id: 'shop' })
  let answers = 0
  const cancel = startProbe(questionOf(at(port), config, createUpstreamTls(tls, new Map())), allowAll, () => answers++)
  await once(server, 'connection')
  cancel()
  await Promise.all(gone)
  expect(answers).toBe(0)
})
