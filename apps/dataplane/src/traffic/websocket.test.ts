import { randomBytes } from 'node:crypto'
import type http from 'node:http'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type Backend, startBackend, startRawBackend } from './testing/backend.ts'
import { connectRaw, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'
import { agreeing } from './testing/handshake.ts'

/** A backend that echoes, and says which subprotocol it took. */
async function startEcho(): Promise<Backend & { server: http.Server; requests: http.IncomingMessage[] }> {
  const backend = await startBackend((_request, response) => response.writeHead(426).end('upgrade'))
  const requests: http.IncomingMessage[] = []
  const sockets = new WebSocketServer({ noServer: true })
  backend.server.on('upgrade', (request, socket, head) => {
    requests.push(request)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (data, binary) => webSocket.send(data, { binary }))
      webSocket.on('error', () => {})
    })
  })
  return { ...backend, requests }
}

function openSocket(gateway: Gateway, path = '/', protocols: string[] = []): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${path}`, protocols)
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

function echo(socket: WebSocket, data: Buffer | string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once('message', (answer) => resolve(answer as Buffer))
    socket.once('close', () => reject(new Error('closed')))
    socket.send(data)
  })
}

function closed(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', (code) => resolve(code)))
}

const tunnels = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets[0]?.tunnels
const nothingLeft = (gateway: Gateway) =>
  until(() => {
    const { sockets, upstreams } = gateway.traffic.state()
    return sockets.clients === 0 && sockets.targets === 0 && upstreams[0]?.targets[0]?.inFlight === 0
  }, 'no socket left')

test('messages of any size go both ways', async () => {
  await using backend = await startEcho()
  await using gateway = await startGateway(forwardTo(backend.url))
  const socket = await openSocket(gateway, '/chat//room?x=http://a', ['two', 'one'])
  expect(backend.requests[0]?.url).toBe('/chat/room?x=http://a')
  expect(socket.protocol).toBe('two')
  for (const size of [0, 1, 125, 126, 65_535, 65_536, 2_000_000]) {
    const data = randomBytes(size)
    expect((await echo(socket, data)).equals(data)).toBe(true)
  }
  expect(tunnels(gateway)).toBe(1)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({
    requests: 1,
    inFlight: 0,
    failures: 0,
    connections: 1,
  })
  socket.close(4321)
  expect(await closed(socket)).toBe(4321)
  await nothingLeft(gateway)
  expect(tunnels(gateway)).toBe(0)
})

test('the target sees who asks, and no field that is ours to say', async () => {
  await using backend = await startEcho()
  await using gateway = await startGateway(forwardTo(`${backend.url}/base`))
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/x`, {
    headers: { 'x-forwarded-for': '6.6.6.6', cookie: 'a=b' },
  })
  await new Promise((resolve) => socket.once('open', resolve))
  expect(backend.requests[0]?.url).toBe('/base/x')
  expect(backend.requests[0]?.headers).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    cookie: 'a=b',
    host: `127.0.0.1:${gateway.port}`,
  })
  socket.terminate()
  await nothingLeft(gateway)
})

describe('when one side goes, the other goes too:', () => {
  test('the client vanishes', async () => {
    await using backend = await startEcho()
    await using gateway = await startGateway(forwardTo(backend.url))
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(gateway)))
    expect(tunnels(gateway)).toBe(20)
    for (const socket of sockets) socket.terminate()
    await nothingLeft(gateway)
    await until(() => backend.sockets.size === 0, 'no socket at the target')
    expect(tunnels(gateway)).toBe(0)
  })

  test('the target vanishes', async () => {
    await using backend = await startEcho()
    await using gateway = await startGateway(forwardTo(backend.url))
    const socket = await openSocket(gateway)
    const code = closed(socket)
    for (const open of backend.sockets) open.resetAndDestroy()
    expect(await code).toBe(1006)
    await nothingLeft(gateway)
  })

  test('nothing moves for too long', async () => {
    await using backend = await startEcho()
    await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { tunnelIdleMs: 300 } }))
    const socket = await openSocket(gateway)
    for (let i = 0; i < 5; i++) {
      await echo(socket, 'x')
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(await closed(socket)).toBe(1006)
    await nothingLeft(gateway)
  })
})

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
const asking = `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n`
const smuggled = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'

/** A raw backend: what it got after the head, and what it says to an upgrade. */
async function upgradeTo(answer: string, run: (gateway: Gateway, got: () => string) => Promise<void>): Promise<void> {
  let got = ''
  await using backend = await startRawBackend((socket: Socket) => {
    socket.once('data', (chunk) => {
      got += chunk.toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n')
      socket.write(answer, 'latin1')
      socket.on('data', (more) => {
        got += more.toString('latin1')
      })
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { responseMs: 1000 } }))
  await run(gateway, () => got)
  await nothingLeft(gateway)
}

const switching = 'HTTP/1.1 101 Switching Protocols\r\n'
const wrong: Record<string, string> = {
  'no accept': `${switching}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  'a wrong accept': `${switching}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n`,
  'two accepts': `${switching}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  'another protocol': `${switching}Connection: Upgrade\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  'no protocol': `${switching}Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  'a control byte in a field': `${switching}Connection: Upgrade\r\nUpgrade: websocket\r\nX: \x01\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  'the version HTTP/1.0': agreeing().replace('1.1', '1.0'),
  'a length': agreeing().replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n'),
  'an encoding': agreeing().replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n'),
  nothing: '',
}

describe('no tunnel on a 101 with', () => {
  test.each(Object.entries(wrong))('%s', async (_name, answer) => {
    await upgradeTo(answer, async (gateway, got) => {
      const { text, closed } = await exchangeRaw(gateway.port, `${asking}\r\n${smuggled}`, 5000)
      expect(text).toMatch(/^HTTP\/1\.1 50[24] /)
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
      expect(closed).toBe(true)
      expect(got()).toBe('')
    })
  })
})

test('what is sent before the 101 arrives at the target after it', async () => {
  const answer = `${switching}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
  await upgradeTo(answer, async (gateway, got) => {
    const socket = await connectRaw(gateway.port)
    socket.write(`${asking}\r\n\x81\x02hi`, 'latin1')
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    await until(() => got() === '\x81\x02hi', 'the early frame')
    expect(text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/)
    expect(text).toContain(accept)
    socket.destroy()
  })
})

test('an answer that is no 101 reaches the client as an ordinary one, and nothing of what follows reaches the target', async () => {
  const answer =
    'HTTP/1.1 426 Upgrade Required\r\nTransfer-Encoding: chunked\r\nX-Why: version\r\n\r\n3\r\nold\r\n0\r\n\r\n'
  await upgradeTo(answer, async (gateway, got) => {
    const { text, closed } = await exchangeRaw(gateway.port, `${asking.replace('13', '777')}\r\n${smuggled}`, 5000)
    expect(text).toMatch(/^HTTP\/1\.1 426 /)
    expect(text).toContain('X-Why: version')
    expect(text).toContain('old')
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(closed).toBe(true)
    expect(got()).toBe('')
  })
})

test('an answer that breaks off is cut off', async () => {
  await upgradeTo('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', async (gateway) => {
    const socket = await connectRaw(gateway.port)
    socket.write(`${asking}\r\n`)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    await until(() => text.includes('half'))
    socket.destroy()
  })
})

describe('refused:', () => {
  let backend: Backend
  let gateway: Gateway
  beforeAll(async () => {
    backend = await startEcho()
    gateway = await startGateway(forwardTo(backend.url))
  })
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  })

  const rows: [string, number, string][] = [
    ['h2c', 501, asking.replace('websocket', 'h2c')],
    ['two protocols', 501, asking.replace('websocket', 'websocket, h2c')],
    ['TLS', 501, asking.replace('websocket', 'TLS/1.0')],
    ['POST', 400, asking.replace('GET', 'POST')],
    ['a body', 400, `${asking}Content-Length: 2\r\n`],
    ['no key', 400, asking.replace(/Sec-WebSocket-Key.*\r\n/, '')],
    ['a short key', 400, asking.replace(key, 'abc=')],
    ['two keys', 400, `${asking}Sec-WebSocket-Key: ${key}\r\n`],
    ['no Host', 400, asking.replace('Host: a\r\n', '')],
  ]
  test.each(rows)('%s', async (_name, status, head) => {
    const before = gateway.traffic.state().upstreams[0]?.targets[0]?.requests
    const { text, closed } = await exchangeRaw(gateway.port, `${head}\r\nhi`, 5000)
    expect(text.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
    expect(closed).toBe(true)
    expect(gateway.traffic.state().upstreams[0]?.targets[0]?.requests).toBe(before)
  })

  test('404 when no route matches', async () => {
    await using empty = await startGateway({})
    const { text, closed } = await exchangeRaw(empty.port, `${asking}\r\n`, 5000)
    expect(text).toMatch(/^HTTP\/1\.1 404/)
    expect(closed).toBe(true)
  })
})

// RFC 9110, 7.8
test.each([
  ['over HTTP/1.0', asking.replace('HTTP/1.1', 'HTTP/1.0')],
  ['that Connection does not speak of', asking.replace('Connection: Upgrade\r\n', '')],
])('a wish to switch %s means nothing: the request is an ordinary one', async (_name, head) => {
  const heads: http.IncomingHttpHeaders[] = []
  await using backend = await startBackend((request, response) => {
    heads.push(request.headers)
    response.end('ordinary')
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const { text } = await exchangeRaw(gateway.port, `${head}\r\n`, 500)
  expect(text).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*ordinary$/)
  expect(heads).toHaveLength(1)
  expect(heads[0]?.upgrade).toBeUndefined()
  expect(heads[0]?.connection ?? '').not.toMatch(/upgrade/i)
})

test('a middleware may answer instead, and may add to the 101', async () => {
  await using backend = await startEcho()
  await using gateway = await startGateway({
    upstreams: [{ id: 'app', targets: [{ id: 'a', url: backend.url }] }],
    routes: [
      {
        id: 'all',
        middleware: [{ type: 'headers', request: { set: { 'x-in': '1' } }, response: { set: { 'x-out': '2' } } }],
        forward: { upstream: 'app' },
      },
      {
        id: 'no',
        match: { path: { type: 'prefix', value: '/no' } },
        middleware: [{ type: 'respond', status: 403, body: 'no' }],
      },
    ],
  })
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  const headers = await new Promise<http.IncomingHttpHeaders>((resolve) =>
    socket.once('upgrade', (r) => resolve(r.headers)),
  )
  expect(headers['x-out']).toBe('2')
  expect(backend.requests[0]?.headers['x-in']).toBe('1')
  socket.terminate()
  const refused = await exchangeRaw(gateway.port, `${asking.replace('GET /', 'GET /no')}\r\n`, 5000)
  expect(refused.text).toMatch(/^HTTP\/1\.1 403 [\s\S]*no$/)
  expect(refused.closed).toBe(true)
})

test('a target that cannot be reached is answered like any other, another being tried first', async () => {
  await using backend = await startEcho()
  const dead = await startRawBackend(() => {})
  await dead[Symbol.asyncDispose]()
  await using gateway = await startGateway(forwardTo([dead.url, backend.url]))
  for (let i = 0; i < 3; i++) {
    const socket = await openSocket(gateway)
    expect((await echo(socket, 'x')).toString()).toBe('x')
    socket.terminate()
  }
  await gateway.publish(forwardTo(dead.url))
  const { text } = await exchangeRaw(gateway.port, `${asking}\r\n`, 5000)
  expect(text).toMatch(/^HTTP\/1\.1 502/)
})

test('a client that leaves before the answer ends the attempt', async () => {
  await using backend = await startRawBackend((socket) => void socket.resume())
  await using gateway = await startGateway(forwardTo(backend.url))
  const socket = await connectRaw(gateway.port)
  socket.write(`${asking}\r\n`)
  await until(() => backend.sockets.size === 1)
  socket.end()
  await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
  await nothingLeft(gateway)
})
