import { createHash, randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { expect, test } from 'vitest'
import { ask, connectRaw, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, startGateway, type Written } from './testing/gateway.ts'
import { makeCertificate } from './testing/make-certificate.ts'

const authority = makeCertificate({ names: ['authority'], authority: true })
const { issuer } = authority
const localhost = makeCertificate({ names: ['localhost', 'app.internal'], issuer })

/** A backend that speaks HTTP over TLS, and what it saw of those who connected. */
async function startTlsBackend(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: TlsOptions = {},
) {
  const seen: { resumed: boolean; serverName: string | false | undefined; client: string | undefined }[] = []
  const sockets = new Set<TLSSocket>()
  let requests = 0
  const server = https.createServer(
    { cert: localhost.certificate, key: localhost.key, ...options },
    (request, response) => {
      requests++
      answer(request, response)
    },
  )
  server.keepAliveTimeout = 60_000
  server.on('upgrade', () => requests++)
  server.on('secureConnection', (socket) => {
    const { servername } = socket as { servername?: string | false }
    seen.push({
      resumed: socket.isSessionReused(),
      serverName: servername,
      client: socket.getPeerX509Certificate()?.subjectAltName,
    })
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  return {
    url: `https://localhost:${port}`,
    port,
    seen,
    sockets,
    requests: () => requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const ok = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok')
const trusting = { tls: { ca: authority.certificate } }

const webSocket =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

test.each([
  ['nobody vouches for', {}],
  ['somebody else vouches for', { tls: { ca: makeCertificate({ names: ['other'], authority: true }).certificate } }],
  ['is for another name', { tls: { ca: authority.certificate, serverName: 'other.internal' } }],
])('a target whose certificate %s is not asked anything', async (_name, upstream) => {
  await using backend = await startTlsBackend(ok)
  await using gateway = await startGateway(forwardTo(backend.url, upstream))
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(502)
  expect(answer.text).toContain('connect_failed')
  expect(answer.text).not.toMatch(/certificate|localhost/)
  const { text } = await exchangeRaw(gateway.port, webSocket)
  expect(text).toMatch(/^HTTP\/1\.1 502/)
  expect(backend.requests()).toBe(0)
  expect(gateway.log.entries).toMatchObject([
    { object: { code: 'connect_failed', reason: expect.stringMatching(/certificate|altnames/) } },
  ])
  await until(() => gateway.traffic.state().sockets.targets === 0)
})

test('a target is asked by its name, on a connection that is kept', async () => {
  await using backend = await startTlsBackend(ok)
  await using gateway = await startGateway(forwardTo(backend.url, trusting))
  for (let i = 0; i < 10; i++) expect((await ask(gateway.port)).text).toBe('ok')
  expect(backend.seen).toEqual([{ resumed: false, serverName: 'localhost', client: undefined }])
})

test('the next connection goes on with the session of the last', async () => {
  await using backend = await startTlsBackend((_request, response) => {
    response.setHeader('connection', 'close')
    response.end('ok')
  })
  await using gateway = await startGateway(forwardTo(backend.url, trusting))
  for (let i = 0; i < 4; i++) expect((await ask(gateway.port)).text).toBe('ok')
  expect(backend.seen.map(({ resumed }) => resumed)).toEqual([false, true, true, true])
})

test('another server name is asked for and expected where one is given; nothing is expected where nothing is verified', async () => {
  await using backend = await startTlsBackend(ok)
  const tls = { ca: authority.certificate, serverName: 'app.internal' }
  await using named = await startGateway(forwardTo(backend.url, { tls }))
  expect((await ask(named.port)).text).toBe('ok')
  await using unverified = await startGateway(forwardTo(backend.url, { tls: { verify: false } }))
  expect((await ask(unverified.port)).text).toBe('ok')
  expect(backend.seen.map(({ serverName }) => serverName)).toEqual(['app.internal', 'localhost'])
})

test('large bodies arrive whole in both directions, to slow clients too', async () => {
  await using backend = await startTlsBackend((request, response) => {
    response.writeHead(200)
    request.pipe(response)
  })
  await using gateway = await startGateway(forwardTo(backend.url, trusting))
  const body = randomBytes(8 * 1024 * 1024)
  const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  const fast = ask(gateway.port, { method: 'POST', body })
  const slow = new Promise<Buffer>((resolve, reject) => {
    const request = http.request({ port: gateway.port, method: 'POST', agent: false }, (response) => {
      const chunks: Buffer[] = []
      const timer = setInterval(() => {
        for (let chunk = response.read(); chunk; chunk = response.read()) chunks.push(chunk)
      }, 15)
      response.on('end', () => {
        clearInterval(timer)
        resolve(Buffer.concat(chunks))
      })
    })
    request.on('error', reject)
    request.end(body)
  })
  expect(sum((await fast).body)).toBe(sum(body))
  expect(sum(await slow)).toBe(sum(body))
  expect(backend.seen.length).toBeLessThanOrEqual(2)
})

test('a body that breaks off is cut off', async () => {
  await using backend = await startTlsBackend((_request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('0123456789')
    setTimeout(() => response.destroy(), 50)
  })
  await using gateway = await startGateway(forwardTo(backend.url, trusting))
  const { text, closed } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 8000)
  expect(text).toMatch(/0123456789$/)
  expect(closed).toBe(true)
  expect(gateway.log.entries).toMatchObject([{ object: { code: 'target_reset' } }])
})

test('50 clients that go in the middle of an answer take 50 connections with them', async () => {
  await using backend = await startTlsBackend((_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(10_000)), 5)
    response.on('close', () => clearInterval(timer))
  })
  await using gateway = await startGateway(forwardTo(backend.url, trusting))
  const clients = await Promise.all(Array.from({ length: 50 }, () => connectRaw(gateway.port)))
  for (const client of clients) client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => backend.sockets.size === 50)
  for (const client of clients) client.resetAndDestroy()
  await until(() => backend.sockets.size === 0, 'no connection to the target')
  expect(gateway.traffic.state().sockets).toEqual({ clients: 0, targets: 0 })
})

test('a client certificate is shown to who asks', async () => {
  const gatewayCertificate = makeCertificate({ names: ['gateway'], issuer })
  await using backend = await startTlsBackend(ok, {
    requestCert: true,
    rejectUnauthorized: true,
    ca: authority.certificate,
  })
  const certificates = [{ id: 'us', certificate: gatewayCertificate.certificate, key: { secret: 'us-key' } }]
  const secrets = new Map([['us-key', gatewayCertificate.key]])
  const tls = { ca: authority.certificate, certificate: 'us' }
  await using gateway = await startGateway({ ...forwardTo(backend.url, { tls }), certificates }, { secrets })
  expect((await ask(gateway.port)).text).toBe('ok')
  expect(backend.seen[0]?.client).toBe('DNS:gateway')
  await using stranger = await startGateway(forwardTo(backend.url, trusting))
  expect((await ask(stranger.port)).status).toBe(502)
})

test('when the rules change, new connections are opened by them, and the counters go on', async () => {
  const ours = [makeCertificate({ names: ['one'], issuer }), makeCertificate({ names: ['two'], issuer })] as const
  await using backend = await startTlsBackend(ok, {
    requestCert: true,
    rejectUnauthorized: false,
    ca: authority.certificate,
  })
  const secrets = new Map([['us-key', ours[0].key]])
  const document = (certificate: string, tls: Written, weight = 1): Written => ({
    ...forwardTo([], { tls: { ca: authority.certificate, ...tls }, targets: [{ id: 'a', url: backend.url, weight }] }),
    certificates: [{ id: 'us', certificate, key: { secret: 'us-key' } }],
  })
  await using gateway = await startGateway(document(ours[0].certificate, {}), { secrets })
  await ask(gateway.port)
  // What is about something else opens none.
  await gateway.publish(document(ours[0].certificate, {}, 2))
  await ask(gateway.port)
  expect(backend.seen).toHaveLength(1)
  await gateway.publish(document(ours[0].certificate, { certificate: 'us' }))
  await ask(gateway.port)
  await ask(gateway.port)
  expect(backend.seen.map(({ client }) => client)).toEqual([undefined, 'DNS:one'])
  // The same words, but the certificate itself is another one.
  secrets.set('us-key', ours[1].key)
  await gateway.publish(document(ours[1].certificate, { certificate: 'us' }))
  await ask(gateway.port)
  expect(backend.seen.map(({ client }) => client)).toEqual([undefined, 'DNS:one', 'DNS:two'])
  await until(() => backend.sockets.size === 1, 'those of before are closed')
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ requests: 5, failures: 0, connections: 1 })
})
