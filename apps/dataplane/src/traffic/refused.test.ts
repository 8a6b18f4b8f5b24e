import http, { type ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { AccessEntry } from './observe/access-entry.ts'
import { createObserver } from './observe/observer.ts'
import { startBackend } from './testing/backend.ts'
import { ask, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

/** What was counted under keys that begin so. */
function counted({ metrics }: Gateway, beginning: string): Record<string, readonly number[]> {
  const series = metrics.snapshot(0).series.filter(([key]) => key.startsWith(beginning))
  return Object.fromEntries(series.map(([key, counters]) => [key, counters]))
}

test('a worker with too much to do refuses what is new at once, and goes on with what it has', async () => {
  const loadGuard = { overloaded: false }
  const terminations: string[] = []
  const accessLog = { write: ({ termination }: AccessEntry) => void terminations.push(termination) }
  const observer = createObserver({ loadGuard, accessLog })
  const waiting: ServerResponse[] = []
  let requests = 0
  await using backend = await startBackend((_request, response) => {
    requests++
    if (requests === 1) waiting.push(response)
    else response.end('ok')
  })
  new WebSocketServer({ server: backend.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  await using gateway = await startGateway(forwardTo(backend.url), { observer })
  const under = ask(gateway.port)
  await until(() => waiting.length === 1)
  const webSocket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  await new Promise((resolve) => webSocket.once('open', resolve))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  expect((await ask(gateway.port, { agent })).text).toBe('ok')

  loadGuard.overloaded = true
  for (let i = 0; i < 3; i++) {
    const { status, headers, text } = await ask(gateway.port, { agent, method: 'POST', body: 'hello' })
    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('1')
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'overloaded' } })
  }
  const refused = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  expect(await new Promise((resolve) => refused.once('error', (error) => resolve(error.message)))).toMatch(/503/)
  expect(requests).toBe(2)
  expect(counted(gateway, 'shed')).toEqual({ shed: [4] })
  expect(counted(gateway, 'refused')).toEqual({ 'refused web overloaded': [4] })
  expect(counted(gateway, 'terminated')).toEqual({ 'terminated overloaded': [4] })
  expect(terminations).toEqual(['completed', 'overloaded', 'overloaded', 'overloaded', 'overloaded'])

  waiting[0]?.end('under way')
  expect((await under).text).toBe('under way')
  webSocket.send('still here')
  expect(await new Promise((resolve) => webSocket.once('message', (data) => resolve(String(data))))).toBe('still here')
  loadGuard.overloaded = false
  // The connection on which requests were refused serves again.
  expect((await ask(gateway.port, { agent })).text).toBe('ok')
  webSocket.terminate()
  agent.destroy()
  await until(() => gateway.traffic.state().sockets.clients === 0)
})

test('what is refused before it has a route is counted by its listener, and logged', async () => {
  await using gateway = await startGateway({
    routes: [{ id: 'a', match: { hosts: ['a'] }, forward: { upstream: 'x' } }],
    upstreams: [{ id: 'x', targets: [] }],
  })
  const rows: [string, string][] = [
    ['bad_request', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['bad_request', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['method_not_supported', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'],
    ['uri_too_long', `GET /${'x'.repeat(10_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['no_route', 'GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n'],
  ]
  for (const [code, bytes] of rows) {
    const { text } = await exchangeRaw(gateway.port, bytes)
    expect(text).toContain(`"code":"${code}"`)
  }
  await until(() => gateway.access.length === rows.length)
  expect(gateway.access.map(({ termination }) => termination)).toEqual(rows.map(([code]) => code))
  expect(counted(gateway, 'refused')).toEqual({
    'refused web bad_request': [2],
    'refused web method_not_supported': [1],
    'refused web uri_too_long': [1],
    'refused web no_route': [1],
  })
  // Where there is a route it is the route's to count.
  await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  expect(counted(gateway, 'refused')).not.toHaveProperty('refused web no_target')
  expect(Object.keys(counted(gateway, 'requests'))).toEqual(['requests web a x'])
})
