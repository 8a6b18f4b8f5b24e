import http from 'node:http'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { describe, expect, test } from 'vitest'
import { type Backend, startRawBackend } from './testing/backend.ts'
import { ask, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

const random = seededRandom(11)

/** Answers every request, and closes a connection on which nothing has come after it for a while: with or without a reset. */
function closesIdle(idleMs: () => number, seen: (id: string) => void): Promise<Backend> {
  return startRawBackend((socket) => {
    let text = ''
    let timer: NodeJS.Timeout
    const rest = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => (random() < 0.5 ? socket.end() : socket.resetAndDestroy()), idleMs())
    }
    socket.on('close', () => clearTimeout(timer))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const id = /\r\nx-test-id: (\S+)/i.exec(text)?.[1] ?? ''
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0)
        if (text.length < end + 4 + length) return
        text = text.slice(end + 4 + length)
        seen(id)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
        rest()
      }
    })
  })
}

/** Many clients that ask again and again, each after a pause. */
async function askFromAll(gateway: Gateway, clients: number, rounds: number, method: string, pauseMs: () => number) {
  const agent = new http.Agent({ keepAlive: true })
  const bad: string[] = []
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let round = 0; round < rounds; round++) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs()))
        const headers = { 'x-test-id': `${client}-${round}` }
        const body = method === 'GET' ? undefined : 'body'
        const answer = await ask(gateway.port, { method, headers, agent, ...(body && { body }) })
        if (answer.status !== 200 || answer.text !== 'ok') bad.push(`${answer.status} ${answer.text}`)
      }
    }),
  )
  agent.destroy()
  return bad
}

const between = (low: number, high: number) => () => low + random() * (high - low)

describe('a target that closes idle connections fails no request:', () => {
  test('GET, at whatever moment it closes', async () => {
    const seen = new Map<string, number>()
    const count = (id: string) => void seen.set(id, (seen.get(id) ?? 0) + 1)
    await using backend = await closesIdle(between(15, 25), count)
    await using gateway = await startGateway(forwardTo(backend.url))
    expect(await askFromAll(gateway, 60, 50, 'GET', between(5, 40))).toEqual([])
    expect(seen.size).toBe(3000)
    expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ failures: 0, inFlight: 0 })
    expect(gateway.log.entries).toEqual([])
    await until(() => backend.sockets.size === 0, 'no connection is left')
  }, 60_000)

  test('POST, which is executed exactly once, where it closes after more than a second', async () => {
    const seen = new Map<string, number>()
    const count = (id: string) => void seen.set(id, (seen.get(id) ?? 0) + 1)
    await using backend = await closesIdle(between(1500, 2000), count)
    await using gateway = await startGateway(forwardTo(backend.url))
    expect(await askFromAll(gateway, 400, 6, 'POST', between(0, 1700))).toEqual([])
    expect(seen.size).toBe(2400)
    expect(Math.max(...seen.values())).toBe(1)
    expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ failures: 0, inFlight: 0 })
    await until(() => backend.sockets.size === 0, 'no connection is left')
  }, 60_000)
})

/** Answers the first request on each connection, and resets it when the second comes. */
function diesOnTheSecond(seen: () => void): Promise<Backend> {
  return startRawBackend((socket) => {
    let requests = 0
    socket.on('data', () => {
      if (++requests > 1) return void socket.resetAndDestroy()
      seen()
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
}

test.each(['GET', 'PUT', 'DELETE'])('%s goes on a new connection when a used one dies of it', async (method) => {
  let answered = 0
  await using backend = await diesOnTheSecond(() => answered++)
  await using gateway = await startGateway(forwardTo(backend.url))
  const body = method === 'PUT' ? { body: 'x'.repeat(1000) } : {}
  for (let i = 0; i < 5; i++) expect((await ask(gateway.port, { method, ...body })).status).toBe(200)
  expect(answered).toBe(5)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ requests: 9, failures: 0 })
  await until(() => gateway.access.length === 5)
  expect(gateway.access.map(({ attempts }) => attempts)).toEqual([1, 2, 2, 2, 2])
  expect(gateway.log.entries).toEqual([])
})

test('POST on a used connection that dies of it is answered with 502, and sent once', async () => {
  let requests = 0
  await using backend = await startRawBackend((socket) => {
    let first = true
    socket.on('data', () => {
      requests++
      if (!first) return void socket.resetAndDestroy()
      first = false
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  expect((await ask(gateway.port, { method: 'POST', body: 'x' })).status).toBe(200)
  const answer = await ask(gateway.port, { method: 'POST', body: 'x' })
  expect(answer.status).toBe(502)
  expect(answer.text).toContain('target_reset')
  expect(requests).toBe(2)
})

test('without retries, requests go on connections that are new or were used just now', async () => {
  let connections = 0
  await using backend = await startRawBackend((socket) => {
    connections++
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
  })
  await using gateway = await startGateway(forwardTo(backend.url, { retries: { attempts: 0 } }))
  for (let i = 0; i < 3; i++) await ask(gateway.port)
  expect(connections).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 1100))
  await ask(gateway.port)
  expect(connections).toBe(2)
})

test('connections are kept for as long as is configured, or for a second less than the target says', async () => {
  let head = ''
  let connections = 0
  await using backend = await startRawBackend((socket) => {
    connections++
    socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${head}Content-Length: 2\r\n\r\nok`))
  })
  const askTwice = async (keepAliveMs: number, said: string, pauseMs: number) => {
    await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { keepAliveMs } }))
    head = said
    connections = 0
    await ask(gateway.port)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    await ask(gateway.port)
    return connections
  }
  expect(await askTwice(4000, '', 700)).toBe(1)
  expect(await askTwice(100, '', 700)).toBe(2)
  expect(await askTwice(0, 'Keep-Alive: timeout=60\r\n', 0)).toBe(2)
  expect(await askTwice(4000, 'Keep-Alive: timeout=1\r\n', 0)).toBe(2)
  expect(await askTwice(100, 'Keep-Alive: timeout=60, max=100\r\n', 700)).toBe(1)
  expect(await askTwice(4000, 'Keep-Alive: timeout=2\r\n', 1500)).toBe(2)
})
