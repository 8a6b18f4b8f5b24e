import { createHash, randomBytes } from 'node:crypto'
import http, { type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const web = { id: 'web', address: '127.0.0.1', port: 0 }

test('large bodies arrive whole in both directions', async () => {
  await using backend = await startBackend((request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    request.pipe(response)
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const body = randomBytes(8 * 1024 * 1024)
  const answer = await ask(gateway.port, { method: 'POST', body })
  expect(answer.complete).toBe(true)
  expect(createHash('sha256').update(answer.body).digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
  expect(gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight).toBe(0)
})

test('a target is read no faster than the client takes it', async () => {
  const size = 64 * 1024 * 1024
  let written = 0
  await using backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'content-length': size })
    const chunk = Buffer.alloc(65_536)
    const more = (): void => {
      while (written < size) {
        written += chunk.length
        if (!response.write(chunk)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const socket = await connectRaw(gateway.port)
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 700))
  // Kernel buffers of four sockets, and ours.
  expect(written).toBeLessThan(24 * 1024 * 1024)
  const before = written
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(written).toBe(before)
  let received = 0
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  socket.resume()
  await until(() => received > size, 'all of it')
  socket.destroy()
})

test('a client is read no faster than the target takes it', async () => {
  await using backend = await startRawBackend((socket) => void socket.pause())
  await using gateway = await startGateway(forwardTo(backend.url))
  const socket = await connectRaw(gateway.port)
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 67108864\r\n\r\n')
  let sent = 0
  const chunk = Buffer.alloc(65_536)
  const more = (): void => {
    while (sent < 67_108_864) {
      sent += chunk.length
      if (!socket.write(chunk)) return void socket.once('drain', more)
    }
  }
  more()
  await new Promise((resolve) => setTimeout(resolve, 700))
  const before = sent
  expect(before).toBeLessThan(32 * 1024 * 1024)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(sent).toBe(before)
  socket.destroy()
})

test('a client that goes away in the middle of an answer ends the work of the target within a second', async () => {
  let closed = 0
  await using backend = await startBackend((_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(1000)), 20)
    response.on('close', () => {
      clearInterval(timer)
      closed++
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const sockets = await Promise.all(Array.from({ length: 50 }, () => connectRaw(gateway.port)))
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('data', resolve))))
  for (const socket of sockets) socket.destroy()
  await until(() => closed === 50, '50 ended')
  await until(() => gateway.traffic.state().sockets.targets === 0, 'no socket to a target')
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ inFlight: 0, failures: 0 })
})

test('a client that goes away before there is an answer ends the work of the target', async () => {
  await using backend = await startRawBackend((socket) => void socket.resume())
  await using gateway = await startGateway(forwardTo(backend.url))
  const socket = await connectRaw(gateway.port)
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => backend.sockets.size === 1)
  socket.end()
  await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
})

test('a body that is announced as too large is refused before it is sent', async () => {
  await using backend = await startBackend((_request, response) => response.end('ok'))
  await using gateway = await startGateway(forwardTo(backend.url, {}, { limits: { bodyBytes: 10 } }))
  const answer = await ask(gateway.port, { method: 'POST', body: 'x'.repeat(11) })
  expect(answer.status).toBe(413)
  expect(answer.headers.connection).toBe('close')
  expect(gateway.traffic.state().upstreams[0]?.targets[0]?.requests).toBe(0)
  expect((await ask(gateway.port, { method: 'POST', body: 'x'.repeat(10) })).status).toBe(200)
})

test('a body that grows too large is refused, and the client gets to read why although it is still sending', async () => {
  await using backend = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => response.end('ok'))
  })
  await using gateway = await startGateway(forwardTo(backend.url, {}, { limits: { bodyBytes: 100_000 } }))
  const answer = await new Promise<number>((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: gateway.port, method: 'POST', agent: false },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    request.on('error', reject)
    for (let i = 0; i < 10; i++) request.write(Buffer.alloc(50_000))
    request.end()
  })
  expect(answer).toBe(413)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ failures: 0, inFlight: 0 })
})

test('an answer that comes before the body is all there reaches the client', async () => {
  await using backend = await startBackend((_request, response) => response.writeHead(403).end('no'))
  await using gateway = await startGateway(forwardTo(backend.url))
  const { text, closed } = await exchangeRaw(
    gateway.port,
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1000)}`,
    5000,
  )
  expect(text).toMatch(/^HTTP\/1\.1 403/)
  expect(text.toLowerCase()).toContain('connection: close')
  expect(text).toMatch(/no$/)
  expect(closed).toBe(true)
})

test('100 Continue is said when the body is wanted, and not before', async () => {
  await using backend = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => response.end('ok'))
  })
  await using gateway = await startGateway({
    upstreams: [{ id: 'app', targets: [{ id: 'a', url: backend.url }] }],
    routes: [
      { id: 'all', forward: { upstream: 'app' } },
      {
        id: 'no',
        match: { path: { type: 'prefix', value: '/no' } },
        middleware: [{ type: 'respond', status: 403, body: 'no' }],
      },
    ],
  })
  const head = 'HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n'
  const socket = await connectRaw(gateway.port)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.write(`POST / ${head}`)
  await until(() => text.startsWith('HTTP/1.1 100 Continue'))
  socket.write('hi')
  await until(() => text.includes('HTTP/1.1 200 OK'))
  socket.destroy()

  const refused = await exchangeRaw(gateway.port, `POST /no ${head}`)
  expect(refused.text).toMatch(/^HTTP\/1\.1 403/)
  expect(refused.closed).toBe(true)
})

test('a client that sends nothing of its body for too long gets 408', async () => {
  await using backend = await startBackend((request) => void request.resume())
  await using gateway = await startGateway({
    listeners: [{ ...web, timeouts: { bodyIdleMs: 200 } }],
    ...forwardTo(backend.url),
  })
  const { text, closed } = await exchangeRaw(
    gateway.port,
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc',
    5000,
  )
  expect(text).toMatch(/^HTTP\/1\.1 408/)
  expect(closed).toBe(true)
  await until(() => backend.sockets.size === 0)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]?.failures).toBe(0)
})

test('a client that takes nothing of an answer for too long is cut off', async () => {
  await using backend = await startBackend((_request, response) => response.end(Buffer.alloc(64 * 1024 * 1024)))
  await using gateway = await startGateway({
    listeners: [{ ...web, timeouts: { bodyIdleMs: 300 } }],
    ...forwardTo(backend.url),
  })
  const socket = await connectRaw(gateway.port)
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => gateway.traffic.state().sockets.clients === 1)
  await until(() => gateway.traffic.state().sockets.clients === 0, 'cut off')
  await until(() => gateway.traffic.state().sockets.targets === 0)
  socket.destroy()
})

test('the request after a body whose end had to wait for the target is served', async () => {
  await using backend = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => response.end('taken'))
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  // All of each is there before the connection to the target is, and is more than is held without a pause.
  for (const body of [Buffer.alloc(70_000), Buffer.alloc(100_000), undefined]) {
    const answer = await ask(gateway.port, { method: 'POST', agent, ...(body && { body }) })
    expect(answer.text).toBe('taken')
  }
  agent.destroy()
})

test('an empty chunked body and one in many small chunks arrive as they are', async () => {
  await using backend = await startBackend((request, response) => {
    let text = ''
    request.on('data', (chunk) => {
      text += chunk
    })
    request.on('end', () => response.end(`[${text}]`))
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n'
  const chunks = Array.from({ length: 200 }, (_, i) => `1\r\n${i % 10}\r\n`).join('')
  const { text } = await exchangeRaw(
    gateway.port,
    `${head}\r\n0\r\n\r\n${head}Connection: close\r\n\r\n${chunks}0\r\n\r\n`,
  )
  expect(text).toContain('[]')
  expect(text).toContain(`[${'0123456789'.repeat(20)}]`)
})

test('a small body that nobody reads does not cost the connection, a large one does', async () => {
  await using gateway = await startGateway({
    routes: [{ id: 'all', middleware: [{ type: 'respond', status: 403, body: 'no' }] }],
  })
  const post = (length: number, sent: number) =>
    `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(sent)}`
  const small = await exchangeRaw(gateway.port, [post(10, 5), 'xxxxx', post(60_000, 60_000), post(3, 3)], 400)
  expect(small.text.match(/HTTP\/1\.1 403/g)).toHaveLength(3)
  expect(small.closed).toBe(false)
  const large = await exchangeRaw(gateway.port, [post(100_000, 10), post(3, 3)], 5000)
  expect(large.text.match(/HTTP\/1\.1 403/g)).toHaveLength(1)
  expect(large.closed).toBe(true)
})

test('the head of an answer does not wait for its body', async () => {
  const started: ServerResponse[] = []
  await using backend = await startBackend((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    started.push(response)
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => text.includes('text/event-stream'), 'the head')
  started[0]?.write('data: 1\n\n')
  await until(() => text.includes('data: 1'), 'the event')
  client.destroy()
})

test('of a client that asks on and on no more is read than can be answered, and all of it is answered in the end', async () => {
  const count = 3000
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await using backend = await startBackend((_request, response) => void held.then(() => response.end('ok')))
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const one = `GET /${'x'.repeat(8000)} HTTP/1.1\r\nHost: a\r\n\r\n`
  client.write(one.repeat(count))
  await new Promise((resolve) => setTimeout(resolve, 500))
  // What the sockets of this machine hold is a few megabytes.
  expect(client.writableLength).toBeGreaterThan(one.length * count * 0.4)
  release()
  await until(() => text.match(/HTTP\/1\.1 200/g)?.length === count, 'the answers')
  client.destroy()
})
