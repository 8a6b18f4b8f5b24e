import type { ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBackend, startNamed } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import type { BreakerChange } from './traffic.ts'

const breakerOf = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.breaker

/** An upstream of one target that answers with this status, or keeps what is asked for at `/hold`. */
async function startBroken() {
  const held: ServerResponse[] = []
  let status = 503
  const backend = await startBackend((request, response) => {
    if (request.url === '/hold') held.push(response)
    else response.writeHead(status).end(String(status))
  })
  const answerWith = (next: number): void => {
    status = next
  }
  return { ...backend, held, answerWith }
}

async function startWith(url: string, breaker: Written, more: Written = {}) {
  const changes: BreakerChange[] = []
  const document = (rest: Written = {}) =>
    forwardTo(url, { breaker: { minRequests: 4, openMs: 60_000, ...breaker }, health: quiet, ...more, ...rest })
  const gateway = await startGateway(document(), { onBreaker: (change) => void changes.push(change) })
  const statuses = async (count: number, path = '/'): Promise<number[]> => {
    const seen: number[] = []
    for (let n = 0; n < count; n++) seen.push((await ask(gateway.port, { path })).status)
    return seen
  }
  return { gateway, changes, document, statuses, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() }
}
const quiet = { passive: { consecutiveFailures: 0 } }

describe('the circuit breaker of an upstream', () => {
  test('opens when too many attempts fail: 503, and nothing reaches the target', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, {})
    expect(await it.statuses(4)).toEqual([503, 503, 503, 503])
    const refused = await ask(it.gateway.port)
    expect(refused.text).toContain('breaker_open')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50)
    expect(it.gateway.traffic.state().upstreams[0]?.targets[0]?.requests).toBe(4)
    expect(breakerOf(it.gateway)).toEqual({ state: 'open', inFlight: 0, pending: 0 })
    expect(it.changes).toEqual([{ upstream: 'app', state: 'open' }])
    expect(it.gateway.access.at(-1)).toMatchObject({ termination: 'breaker_open', attempts: 0 })
  })

  test('is half-open after its time, which shows though nobody asks, and closes after good trials', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, { openMs: 200, trials: 2 })
    await it.statuses(4)
    backend.answerWith(200)
    await until(() => it.changes.length === 2)
    expect(it.changes.at(-1)).toEqual({ upstream: 'app', state: 'half-open' })
    const trials = [ask(it.gateway.port, { path: '/hold' }), ask(it.gateway.port, { path: '/hold' })]
    await until(() => backend.held.length === 2)
    expect((await ask(it.gateway.port)).text, 'beyond the trials').toContain('breaker_open')
    for (const response of backend.held) response.end('ok')
    await Promise.all(trials)
    expect(breakerOf(it.gateway)?.state).toBe('closed')
    expect(await it.statuses(5)).toEqual([200, 200, 200, 200, 200])
  })

  test('opens anew when a trial fails, and gives back the place of one whose client has gone', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, { openMs: 200, trials: 1 })
    await it.statuses(4)
    await until(() => it.changes.length === 2)
    expect(await it.statuses(1)).toEqual([503])
    expect(it.changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'open'])
    await until(() => it.changes.length === 4)
    const gone = await connectRaw(it.gateway.port)
    gone.write('GET /hold HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => backend.held.length === 1)
    expect((await ask(it.gateway.port)).text).toContain('breaker_open')
    gone.destroy()
    await until(() => breakerOf(it.gateway)?.inFlight === 0)
    backend.answerWith(200)
    expect(await it.statuses(1)).toEqual([200])
    expect(breakerOf(it.gateway)?.state).toBe('closed')
  })

  test('is as it is after a publish that leaves its settings, and closed after one that changes them or takes it away', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, {})
    await it.statuses(3)
    await it.gateway.publish(it.document({ drainMs: 1000 }))
    await it.statuses(1)
    expect(breakerOf(it.gateway)?.state, 'what was counted before counts').toBe('open')
    await it.gateway.publish(it.document({ strategy: { type: 'random' } }))
    expect(breakerOf(it.gateway)?.state).toBe('open')
    await it.gateway.publish(it.document({ breaker: { minRequests: 5, openMs: 60_000 } }))
    expect(breakerOf(it.gateway)?.state).toBe('closed')
    await it.statuses(5)
    await it.gateway.publish(it.document({ breaker: undefined }))
    expect(breakerOf(it.gateway)).toBe(null)
    expect(it.changes.map(({ state }) => state)).toEqual(['open', 'closed', 'open', 'closed'])
    backend.answerWith(200)
    expect(await it.statuses(1)).toEqual([200])
  })

  test('counts what cannot be reached, is too late or breaks off, and neither other answers of 500 nor clients that go', async () => {
    await using backend = await startBackend((request, response) => {
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': 100 }).write('x')
        setTimeout(() => request.socket.destroy(), 10)
      } else if (request.url === '/500') response.writeHead(500).end()
      else if (request.url === '/ok') response.end('ok')
    })
    await using it = await startWith(backend.url, { failurePercent: 60 }, { timeouts: { responseMs: 100 } })
    await it.statuses(4, '/500')
    for (let n = 0; n < 6; n++) {
      const client = await connectRaw(it.gateway.port)
      client.write('GET /hang HTTP/1.1\r\nHost: a\r\n\r\n')
      await until(() => breakerOf(it.gateway)?.inFlight === 1)
      client.resetAndDestroy()
      await until(() => breakerOf(it.gateway)?.inFlight === 0)
    }
    expect(breakerOf(it.gateway)?.state).toBe('closed')
    await it.gateway.publish(it.document({ breaker: { failurePercent: 60, minRequests: 3, openMs: 60_000 } }))
    await it.statuses(1, '/cut')
    await it.statuses(2, '/hang')
    await until(() => breakerOf(it.gateway)?.state === 'open')
    await using dead = await startWith('http://127.0.0.1:1', {}, { retries: { attempts: 0 } })
    expect(await dead.statuses(5)).toEqual([502, 502, 502, 502, 503])
  })

  test('holds for WebSockets: they count, are refused while it is open, and are trials', async () => {
    let refusing = true
    await using backend = await startNamed('a')
    backend.server.prependListener('upgrade', (_request, socket) => {
      if (refusing) socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
    await using it = await startWith(backend.url, { openMs: 300, trials: 1 })
    const open = (): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${it.gateway.port}/`)
        socket.once('open', () => {
          resolve(101)
          socket.terminate()
        })
        socket.once('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0)
          response.destroy()
        })
        socket.on('error', () => {})
      })
    const seen: number[] = []
    for (let n = 0; n < 5; n++) seen.push(await open())
    expect(seen).toEqual([502, 502, 502, 502, 503])
    refusing = false
    await until(() => breakerOf(it.gateway)?.state === 'half-open')
    expect(await open()).toBe(101)
    expect(breakerOf(it.gateway)?.state).toBe('closed')
  })

  test('lets so many through at once and no more: others wait in the queue, and as many as may', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, { maxInFlight: 2 }, { queue: { limit: 3, timeoutMs: 60_000 } })
    const asked = Array.from({ length: 5 }, () => ask(it.gateway.port, { path: '/hold' }))
    await until(() => breakerOf(it.gateway)?.pending === 3)
    expect(breakerOf(it.gateway)).toEqual({ state: 'closed', inFlight: 2, pending: 3 })
    expect((await ask(it.gateway.port)).text).toContain('queue_full')
    for (let n = 0; n < 5; n++) {
      await until(() => backend.held.length > n)
      expect(backend.held.length - n).toBeLessThanOrEqual(2)
      backend.held[n]?.end('ok')
    }
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  test('refuses at once who waits when it opens', async () => {
    await using backend = await startBroken()
    await using it = await startWith(backend.url, { maxInFlight: 1, minRequests: 1 })
    const first = ask(it.gateway.port, { path: '/hold' })
    await until(() => backend.held.length === 1)
    const waiting = [ask(it.gateway.port, { path: '/hold' }), ask(it.gateway.port, { path: '/hold' })]
    await until(() => breakerOf(it.gateway)?.pending === 2)
    backend.held[0]?.writeHead(503).end()
    await first
    await until(() => backend.held.length === 2 || breakerOf(it.gateway)?.pending === 0)
    for (const response of backend.held.slice(1)) response.end()
    const texts = (await Promise.all(waiting)).map(({ text }) => text)
    expect(texts.some((text) => text.includes('breaker_open'))).toBe(true)
    expect(breakerOf(it.gateway)).toMatchObject({ inFlight: 0, pending: 0 })
  })
})
