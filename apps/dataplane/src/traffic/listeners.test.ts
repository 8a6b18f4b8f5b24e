import http from 'node:http'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { answering, startBackend, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const web = { id: 'web', address: '127.0.0.1', port: 0 }

async function freePort(): Promise<number> {
  const backend = await startRawBackend(() => {})
  await backend[Symbol.asyncDispose]()
  return backend.port
}

function named(name: string) {
  return startBackend((_request, response) => response.end(name))
}

test('options of a listener change without closing it or a connection', async () => {
  await using backend = await named('ok')
  await using gateway = await startGateway({ listeners: [web], ...forwardTo(backend.url) })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  await ask(gateway.port, { agent })
  await gateway.publish({ listeners: [{ ...web, limits: { uriBytes: 256 } }], ...forwardTo(backend.url) })
  expect((await ask(gateway.port, { agent, path: `/${'x'.repeat(300)}` })).status).toBe(414)
  expect(gateway.traffic.state().listeners).toMatchObject([{ id: 'web', port: gateway.port }])
  agent.destroy()
})

test('a listener keeps its socket under another id', async () => {
  await using backend = await named('ok')
  const port = await freePort()
  await using gateway = await startGateway({ listeners: [{ ...web, port }], ...forwardTo(backend.url) })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  await ask(port, { agent })
  const route = { match: { listeners: ['public'] } }
  await gateway.publish({ listeners: [{ ...web, id: 'public', port }], ...forwardTo(backend.url, {}, route) })
  expect((await ask(port, { agent })).text).toBe('ok')
  expect(gateway.traffic.state()).toMatchObject({ listeners: [{ id: 'public' }], sockets: { clients: 1 } })
  agent.destroy()
})

test('a listener that moves to another port is open there before it closes where it was', async () => {
  await using backend = await named('ok')
  const [from, to] = [await freePort(), await freePort()]
  await using gateway = await startGateway({ listeners: [{ ...web, port: from }], ...forwardTo(backend.url) })
  const idle = await connectRaw(from)
  const closed = new Promise((resolve) => idle.once('close', resolve))
  await gateway.publish({ listeners: [{ ...web, port: to }], ...forwardTo(backend.url) })
  expect((await ask(to)).text).toBe('ok')
  await expect(ask(from)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await closed
})

test('a removed listener finishes what is under way, and says that the connection closes', async () => {
  let finish: (() => void) | undefined
  await using backend = await startBackend((_request, response) => {
    finish = () => response.end('ok')
  })
  const port = await freePort()
  await using gateway = await startGateway({
    listeners: [web, { ...web, id: 'gone', port }],
    ...forwardTo(backend.url),
  })
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const answer = ask(port, { agent })
  await until(() => finish !== undefined)
  await gateway.publish({ listeners: [web], ...forwardTo(backend.url) })
  expect(gateway.traffic.state().sockets.clients).toBe(1)
  finish?.()
  expect(await answer).toMatchObject({ status: 200, text: 'ok' })
  await until(() => gateway.traffic.state().sockets.clients === 0)
  agent.destroy()
})

test('connections beyond the limits are closed at once', async () => {
  await using gateway = await startGateway({
    listeners: [{ ...web, limits: { connections: 3, connectionsPerClient: 2 } }],
  })
  const sockets = [await connectRaw(gateway.port), await connectRaw(gateway.port)]
  await until(() => gateway.traffic.state().sockets.clients === 2)
  const third = await connectRaw(gateway.port)
  await new Promise((resolve) => third.once('close', resolve))
  sockets.pop()?.destroy()
  await until(() => gateway.traffic.state().sockets.clients === 1)
  expect((await ask(gateway.port)).status).toBe(404)
  sockets.pop()?.destroy()
})

test('a connection ends with the last request that it may carry', async () => {
  await using backend = await named('ok')
  await using gateway = await startGateway({
    listeners: [{ ...web, limits: { requestsPerConnection: 2 } }],
    ...forwardTo(backend.url),
  })
  const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
  const { text, closed } = await exchangeRaw(gateway.port, request.repeat(3))
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  expect(text.match(/connection: close/gi)).toHaveLength(1)
  expect(closed).toBe(true)
})

test('a client that sends its head too slowly gets 408', async () => {
  await using gateway = await startGateway({ listeners: [{ ...web, timeouts: { headersMs: 300 } }] })
  const { text, closed } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\nX: ', 6000)
  expect(text).toMatch(/^HTTP\/1\.1 408/)
  expect(closed).toBe(true)
})

test('a connection that is idle for too long is closed', async () => {
  await using backend = await named('ok')
  await using gateway = await startGateway({
    listeners: [{ ...web, timeouts: { idleMs: 300 } }],
    ...forwardTo(backend.url),
  })
  const { text, closed } = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 6000)
  expect(text).toMatch(/^HTTP\/1\.1 200/)
  expect(closed).toBe(true)
})

test('the head limit of a listener is its own', async () => {
  await using backend = await startRawBackend(answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
  const limits = { headerBytes: 65_536, headerCount: 1000 }
  await using gateway = await startGateway({ listeners: [{ ...web, limits }], ...forwardTo(backend.url) })
  const fields = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, 'x'.repeat(100)]))
  expect((await ask(gateway.port, { headers: fields })).status).toBe(200)
})

test('closing finishes what is under way, ends what is idle, and resolves when all is gone', async () => {
  await using backend = await startBackend((_request, response) => setTimeout(() => response.end('ok'), 300))
  const gateway = await startGateway(forwardTo(backend.url))
  const agent = new http.Agent({ keepAlive: true })
  const idle = await connectRaw(gateway.port)
  const idleClosed = new Promise((resolve) => idle.once('close', resolve))
  const answer = ask(gateway.port, { agent })
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
  const began = Date.now()
  const closing = gateway.traffic.close(20_000)
  await idleClosed
  expect(await answer).toMatchObject({ status: 200, text: 'ok', headers: { connection: 'close' } })
  await closing
  expect(Date.now() - began).toBeLessThan(5000)
  expect(gateway.traffic.state()).toMatchObject({
    runtimes: 0,
    sockets: { clients: 0, targets: 0 },
    listeners: [],
    leaving: [],
  })
  agent.destroy()
  await until(() => backend.sockets.size === 0)
})

test('at the deadline WebSockets get 1012 and the rest is cut', async () => {
  await using backend = await startBackend((_request, response) => void response.writeHead(200).write('x'))
  new WebSocketServer({ server: backend.server })
  const gateway = await startGateway(forwardTo(backend.url))
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  await new Promise((resolve) => socket.once('open', resolve))
  const code = new Promise((resolve) => socket.once('close', resolve))
  const endless = ask(gateway.port)
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
  await gateway.traffic.close(200)
  expect(await code).toBe(1012)
  expect((await endless).complete).toBe(false)
  expect(gateway.traffic.state()).toMatchObject({ runtimes: 0, sockets: { clients: 0, targets: 0 } })
  await until(() => backend.sockets.size === 0)
})

test('destroy ends everything now', async () => {
  await using backend = await startBackend((_request, response) => void response.writeHead(200).write('x'))
  new WebSocketServer({ server: backend.server })
  const gateway = await startGateway(forwardTo(backend.url))
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  await new Promise((resolve) => socket.once('open', resolve))
  const gone = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  const endless = ask(gateway.port).catch(() => ({ complete: false }))
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
  gateway.traffic.destroy()
  await gone
  expect((await endless).complete).toBe(false)
  await until(() => backend.sockets.size === 0 && gateway.traffic.state().sockets.clients === 0)
})
