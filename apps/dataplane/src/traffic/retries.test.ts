import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

/** A backend that answers with what it was sent, and counts. */
function startEcho(name: string, status: () => number = () => 200) {
  const seen: { method: string; body: string }[] = []
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      seen.push({ method: request.method ?? '', body })
      response.writeHead(status(), { 'content-type': 'text/plain' }).end(`${name}:${body}`)
    })
  }
  return startBackend(answer).then((backend) => ({ ...backend, seen }))
}

/** Two targets, the first of which gets every first attempt. */
const inOrder = (first: string, second: string, upstream = {}, route = {}) =>
  forwardTo(
    [],
    {
      targets: [
        { id: 'a', url: first, weight: 60_000 },
        { id: 'b', url: second, weight: 1 },
      ],
      ...upstream,
    },
    route,
  )

/** Counters of a kind of retry, as the metrics have them. */
function retries(gateway: Gateway, reason: string): number {
  const { series } = gateway.metrics.snapshot(0)
  return series.find(([key]) => key === `retries app ${reason}`)?.[1][0] ?? 0
}

describe('an answer with a status that is named', () => {
  const onStatus = { retries: { attempts: 1, onStatus: [503], backoffMs: 0 } }

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('is tried again at another target (%s)', async (method) => {
    await using bad = await startEcho('bad', () => 503)
    await using good = await startEcho('good')
    await using gateway = await startGateway(inOrder(bad.url, good.url, onStatus))
    const body = method === 'PUT' ? 'x'.repeat(50_000) : ''
    const answer = await ask(gateway.port, { method, ...(body && { body }) })
    expect(answer.status).toBe(200)
    expect(answer.text === (method === 'HEAD' ? '' : `good:${body}`)).toBe(true)
    const asSent = [{ method, body }]
    expect(JSON.stringify([bad.seen, good.seen]) === JSON.stringify([asSent, asSent])).toBe(true)
    await until(() => gateway.access.length === 1)
    expect(gateway.access).toMatchObject([{ status: 200, termination: 'completed', target: 'b', attempts: 2 }])
    expect(retries(gateway, 'status')).toBe(1)
  })

  test.each(['POST', 'PATCH'])('is the answer of a request that may not be repeated (%s)', async (method) => {
    await using bad = await startEcho('bad', () => 503)
    await using good = await startEcho('good')
    await using gateway = await startGateway(inOrder(bad.url, good.url, onStatus))
    expect(await ask(gateway.port, { method, body: 'x' })).toMatchObject({ status: 503, text: 'bad:x' })
    expect([bad.seen.length, good.seen.length]).toEqual([1, 0])
  })

  test('is the answer when the body is longer than what is kept', async () => {
    await using bad = await startEcho('bad', () => 503)
    await using good = await startEcho('good')
    const upstream = { retries: { attempts: 1, onStatus: [503], bodyBytes: 10_000 } }
    await using gateway = await startGateway(inOrder(bad.url, good.url, upstream))
    const fits = await ask(gateway.port, { method: 'PUT', body: 'x'.repeat(10_000) })
    expect([fits.status, fits.text.length]).toEqual([200, 'good:'.length + 10_000])
    const headers = { 'transfer-encoding': 'chunked' }
    const long = await ask(gateway.port, { method: 'PUT', headers, body: 'x'.repeat(200_000) })
    expect([long.status, long.text.length]).toEqual([503, 'bad:'.length + 200_000])
    expect(good.seen).toHaveLength(1)
  })

  test('is the answer when there is no other target, or no retry left', async () => {
    await using bad = await startEcho('bad', () => 503)
    await using alone = await startGateway(forwardTo(bad.url, onStatus))
    expect(await ask(alone.port)).toMatchObject({ status: 503, text: 'bad:' })
    await using both = await startGateway(
      forwardTo([bad.url, bad.url.replace('127.0.0.1', 'localhost')], {
        retries: { ...onStatus.retries, attempts: 5 },
      }),
    )
    expect(await ask(both.port)).toMatchObject({ status: 503, text: 'bad:' })
    expect(bad.seen).toHaveLength(3)
  })

  test('is the answer where its status is not named; the route has the last word', async () => {
    let status = 502
    await using bad = await startEcho('bad', () => status)
    await using good = await startEcho('good')
    const route = { retries: { onStatus: [502] } }
    await using gateway = await startGateway(inOrder(bad.url, good.url, onStatus, route))
    expect((await ask(gateway.port)).text).toBe('good:')
    status = 503
    expect((await ask(gateway.port)).text).toBe('bad:')
  })

  test('does not take its connection with it when it came as a whole', async () => {
    await using bad = await startEcho('bad', () => 503)
    await using good = await startEcho('good')
    let connections = 0
    bad.server.on('connection', () => connections++)
    await using gateway = await startGateway(inOrder(bad.url, good.url, onStatus))
    for (let i = 0; i < 5; i++) expect((await ask(gateway.port)).text).toBe('good:')
    expect([bad.seen.length, connections]).toEqual([5, 1])
  })

  test('is dropped in the middle of a body that goes on and on', async () => {
    await using endless = await startBackend((_request, response) => {
      response.writeHead(503)
      const timer = setInterval(() => response.write('x'.repeat(1000)), 5)
      response.on('close', () => clearInterval(timer))
    })
    await using good = await startEcho('good')
    await using gateway = await startGateway(inOrder(endless.url, good.url, onStatus))
    expect((await ask(gateway.port)).text).toBe('good:')
    await until(() => endless.sockets.size === 0, 'the connection is given up')
  })
})

test('each retry goes to a target that was not tried, as many times as may be', async () => {
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startEcho(name, () => 500)))
  const upstream = { retries: { attempts: 2, onStatus: [500], backoffMs: 1 } }
  await using gateway = await startGateway(
    forwardTo(
      all.map(({ url }) => url),
      upstream,
    ),
  )
  expect((await ask(gateway.port)).status).toBe(500)
  expect(all.map(({ seen }) => seen.length).sort()).toEqual([0, 1, 1, 1])
  await until(() => gateway.access.length === 1)
  expect(gateway.access[0]?.attempts).toBe(3)
  for (const backend of all) await backend[Symbol.asyncDispose]()
})

test('a try that takes too long is given up for another target, if the request may be repeated', async () => {
  await using slow = await startRawBackend((socket) => void socket.resume())
  await using good = await startEcho('good')
  const upstream = { retries: { attempts: 1, perTryMs: 150 }, timeouts: { responseMs: 5000 } }
  await using gateway = await startGateway(inOrder(slow.url, good.url, upstream))
  expect(await ask(gateway.port, { method: 'PUT', body: 'x' })).toMatchObject({ status: 200, text: 'good:x' })
  expect(retries(gateway, 'timeout')).toBe(1)
  expect(gateway.log.entries).toMatchObject([{ object: { target: 'a', code: 'response_timeout' } }])
  await using other = await startGateway(inOrder(slow.url, good.url, upstream))
  const posted = await ask(other.port, { method: 'POST', body: 'x' })
  expect(posted.status).toBe(504)
  expect(posted.text).toContain('response_timeout')
  expect(good.seen).toHaveLength(1)
  await until(() => slow.sockets.size === 0, 'the connections are given up')
})

test('a slow upload is not a slow try', async () => {
  await using good = await startEcho('good')
  await using gateway = await startGateway(forwardTo(good.url, { retries: { attempts: 1, perTryMs: 200 } }))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk.toString()
  })
  client.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n')
  for (const letter of 'hello') {
    await new Promise((resolve) => setTimeout(resolve, 150))
    client.write(letter)
  }
  await until(() => text.includes('good:hello'), 'the answer')
  client.destroy()
})

test('all of it together takes no longer than the total', async () => {
  const silent = () => startRawBackend((socket) => void socket.resume())
  await using a = await silent()
  await using b = await silent()
  await using c = await silent()
  const upstream = { retries: { attempts: 2, perTryMs: 200 }, timeouts: { totalMs: 700 } }
  await using gateway = await startGateway(forwardTo([a.url, b.url, c.url], upstream))
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(504)
  expect(answer.text).toContain('total_timeout')
  await until(() => gateway.access.length === 1)
  expect(gateway.access).toMatchObject([{ termination: 'total_timeout' }])
  expect(gateway.access[0]?.attempts).toBeGreaterThan(1)
})

test('retries stay within their share of the requests', async () => {
  await using a = await startEcho('a', () => 503)
  await using b = await startEcho('b', () => 503)
  const upstream = { retries: { attempts: 3, onStatus: [503], backoffMs: 0, budgetPercent: 20 } }
  await using gateway = await startGateway(forwardTo([a.url, b.url], upstream))
  for (let i = 0; i < 200; i++) expect((await ask(gateway.port)).status).toBe(503)
  // A fifth of them, and before that the few that always may.
  expect(a.seen.length + b.seen.length).toBeGreaterThanOrEqual(230)
  expect(a.seen.length + b.seen.length).toBeLessThanOrEqual(240)
  const [, counters = []] = gateway.metrics.snapshot(0).series.find(([key]) => key === 'upstream app') ?? []
  expect(counters[0]).toBe(400 - a.seen.length - b.seen.length)
})

test('a client that goes while its request waits to be tried again is gone', async () => {
  await using bad = await startEcho('bad', () => 503)
  await using good = await startEcho('good')
  const upstream = { retries: { attempts: 1, onStatus: [503], backoffMs: 60_000 } }
  await using gateway = await startGateway(inOrder(bad.url, good.url, upstream), { random: () => 0.99 })
  const client = await connectRaw(gateway.port)
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => bad.seen.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  client.destroy()
  await until(() => gateway.access.length === 1, 'the exchange is over')
  expect(gateway.access).toMatchObject([{ status: 0, termination: 'client_gone', attempts: 1 }])
  expect(gateway.traffic.state()).toMatchObject({ runtimes: 1, sockets: { clients: 0 } })
  expect(good.seen).toEqual([])
})

test('a body that its client breaks off while it is sent is the fault of nobody else', async () => {
  await using backend = await startRawBackend((socket) => void socket.resume())
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  client.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
  await until(() => backend.sockets.size === 1)
  client.destroy()
  await until(() => backend.sockets.size === 0, 'the target is told')
  await until(() => gateway.access.length === 1)
  expect(gateway.access).toMatchObject([{ status: 0, termination: 'client_gone' }])
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ failures: 0, inFlight: 0 })
  expect(gateway.log.entries).toEqual([])
})
