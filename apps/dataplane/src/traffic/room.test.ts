import type { ServerResponse } from 'node:http'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBackend, startNamed, startRawBackend } from './testing/backend.ts'
import { type Answer, ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

/** A backend that answers when it is told to, with the path that was asked for. */
async function startHeld() {
  const held: { path: string; response: ServerResponse }[] = []
  let most = 0
  const backend = await startBackend((request, response) => {
    held.push({ path: request.url ?? '', response })
    most = Math.max(most, held.length)
    response.on('close', () => {
      const index = held.findIndex((one) => one.response === response)
      if (index >= 0) held.splice(index, 1)
    })
  })
  const answerFirst = (): void => {
    const first = held.shift()
    first?.response.end(first.path)
  }
  return { ...backend, held, answerFirst, most: () => most }
}

const limited = (url: string, limits: object, upstream: object = {}) =>
  forwardTo([], { targets: [{ id: 'a', url, ...limits }], ...upstream })

/** Requests that wait, as the metrics have them. */
function waiting(gateway: Gateway): number {
  const { series } = gateway.metrics.snapshot(0)
  return series.find(([key]) => key === 'upstream app')?.[2][0] ?? 0
}

describe('a target that has as much as it may', () => {
  test('is left out as long as another has room', async () => {
    await using a = await startHeld()
    await using b = await startHeld()
    const targets = [
      { id: 'a', url: a.url, weight: 100, maxInFlight: 2 },
      { id: 'b', url: b.url, weight: 1 },
    ]
    await using gateway = await startGateway(forwardTo([], { targets }))
    const answers = Array.from({ length: 5 }, (_, index) => ask(gateway.port, { path: `/${index}` }))
    await until(() => a.held.length + b.held.length === 5)
    expect([a.held.length, b.held.length]).toEqual([2, 3])
    while (a.held.length + b.held.length > 0) {
      a.answerFirst()
      b.answerFirst()
    }
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  test('gets what waits for it in the order in which it came', async () => {
    await using backend = await startHeld()
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }))
    const order: string[] = []
    const answers: Promise<Answer>[] = []
    for (let i = 0; i < 20; i++) {
      answers.push(ask(gateway.port, { path: `/${i}` }))
      await until(() => backend.held.length === 1 && waiting(gateway) === i)
    }
    for (let i = 0; i < 20; i++) {
      await until(() => backend.held.length === 1)
      order.push(backend.held[0]?.path ?? '')
      backend.answerFirst()
    }
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => `/${i}`))
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(order)
    expect([backend.most(), waiting(gateway)]).toEqual([1, 0])
  })

  test('is not asked for what its client has given up; who came behind moves up', async () => {
    await using backend = await startHeld()
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }))
    const first = ask(gateway.port, { path: '/first' })
    await until(() => backend.held.length === 1)
    const gone = await connectRaw(gateway.port)
    gone.write('GET /gone HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => waiting(gateway) === 1)
    const last = ask(gateway.port, { path: '/last' })
    await until(() => waiting(gateway) === 2)
    gone.destroy()
    await until(() => waiting(gateway) === 1, 'it has left the line')
    backend.answerFirst()
    await until(() => backend.held.length === 1)
    expect(backend.held[0]?.path).toBe('/last')
    backend.answerFirst()
    expect([(await first).text, (await last).text]).toEqual(['/first', '/last'])
    expect(gateway.access.map(({ status, termination }) => [status, termination])).toContainEqual([0, 'client_gone'])
  })

  test('is waited for no longer than may be: 503', async () => {
    await using backend = await startHeld()
    const upstream = { queue: { limit: 10, timeoutMs: 200 } }
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }, upstream))
    const first = ask(gateway.port, { path: '/first' })
    await until(() => backend.held.length === 1)
    const late = await ask(gateway.port)
    expect(late).toMatchObject({ status: 503, complete: true, headers: { 'retry-after': '1' } })
    expect(late.text).toContain('queue_timeout')
    await until(() => gateway.access.length === 1)
    expect(gateway.access).toMatchObject([{ status: 503, termination: 'queue_timeout', attempts: 0 }])
    backend.answerFirst()
    expect((await first).status).toBe(200)
    const next = ask(gateway.port, { path: '/next' })
    await until(() => backend.held.length === 1)
    backend.answerFirst()
    expect((await next).text).toBe('/next')
  })

  test('is waited for by so many and no more: 503 at once', async () => {
    await using backend = await startHeld()
    const upstream = { queue: { limit: 2, timeoutMs: 60_000 } }
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }, upstream))
    const served = Array.from({ length: 3 }, (_, index) => ask(gateway.port, { path: `/${index}` }))
    await until(() => backend.held.length === 1 && waiting(gateway) === 2)
    const refused = await ask(gateway.port)
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1' } })
    expect(refused.text).toContain('queue_full')
    for (let i = 0; i < 3; i++) {
      await until(() => backend.held.length === 1)
      backend.answerFirst()
    }
    expect((await Promise.all(served)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('is not waited for where nothing may wait', async () => {
    await using backend = await startHeld()
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }, { queue: { limit: 0 } }))
    const first = ask(gateway.port)
    await until(() => backend.held.length === 1)
    expect((await ask(gateway.port)).text).toContain('queue_full')
    backend.answerFirst()
    expect((await first).status).toBe(200)
  })

  test('has room again when what it served broke off', async () => {
    await using backend = await startHeld()
    await using gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }))
    const client = await connectRaw(gateway.port)
    client.write('GET /broken HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => backend.held.length === 1)
    const next = ask(gateway.port, { path: '/next' })
    await until(() => waiting(gateway) === 1)
    client.destroy()
    await until(() => backend.held[0]?.path === '/next', 'the next one is served')
    backend.answerFirst()
    expect((await next).text).toBe('/next')
  })

  test('is waited for over publishes; who comes by a revision with more room does not wait', async () => {
    await using backend = await startHeld()
    const document = (maxInFlight: number) => limited(backend.url, { maxInFlight })
    await using gateway = await startGateway(document(1))
    const first = ask(gateway.port, { path: '/first' })
    await until(() => backend.held.length === 1)
    const second = ask(gateway.port, { path: '/second' })
    await until(() => waiting(gateway) === 1)
    await gateway.publish(document(3))
    const third = ask(gateway.port, { path: '/third' })
    await until(() => backend.held.length === 2)
    expect(backend.held.map(({ path }) => path)).toEqual(['/first', '/third'])
    await gateway.publish(document(1))
    const fourth = ask(gateway.port, { path: '/fourth' })
    await until(() => waiting(gateway) === 2)
    for (let i = 0; i < 2; i++) backend.answerFirst()
    await until(() => backend.held.length === 1)
    expect(backend.held[0]?.path).toBe('/second')
    backend.answerFirst()
    await until(() => backend.held.length === 1)
    backend.answerFirst()
    const answers = await Promise.all([first, second, third, fourth])
    expect(answers.map(({ text }) => text)).toEqual(['/first', '/second', '/third', '/fourth'])
    expect(gateway.traffic.state().runtimes).toBe(1)
  })
})

describe('connections to a target', () => {
  test('are no more than may be, and requests wait for them', async () => {
    await using backend = await startBackend((_request, response) => setTimeout(() => response.end('ok'), 2))
    let most = 0
    backend.server.on('connection', () => {
      most = Math.max(most, backend.sockets.size)
    })
    await using gateway = await startGateway(limited(backend.url, { maxConnections: 3 }))
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => ask(gateway.port, { method: index % 2 ? 'GET' : 'POST' })),
    )
    expect(answers.every(({ status, text }) => status === 200 && text === 'ok')).toBe(true)
    expect(most).toBeLessThanOrEqual(3)
    expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ inFlight: 0, failures: 0 })
  })

  test('make room for one that has to be new', async () => {
    let connections = 0
    await using backend = await startBackend((_request, response) => response.end('ok'))
    backend.server.on('connection', () => connections++)
    await using gateway = await startGateway(limited(backend.url, { maxConnections: 1 }))
    expect((await ask(gateway.port)).text).toBe('ok')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect((await ask(gateway.port, { method: 'POST', body: 'x' })).text).toBe('ok')
    expect(connections).toBe(2)
    await until(() => backend.sockets.size === 1)
  })

  test('are counted with tunnels among them; one that closes lets the next request go', async () => {
    await using backend = await startNamed('a')
    await using gateway = await startGateway(limited(backend.url, { maxConnections: 1 }))
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const next = ask(gateway.port)
    await until(() => waiting(gateway) === 1)
    socket.close()
    expect((await next).text).toBe('a')
  })

  test('that are refused make room at once', async () => {
    const gone = await startRawBackend(() => {})
    await gone[Symbol.asyncDispose]()
    await using gateway = await startGateway(limited(gone.url, { maxConnections: 1 }))
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway.port)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 502))
    expect(waiting(gateway)).toBe(0)
  })
})

test('when everything ends, requests that wait end with it', async () => {
  await using backend = await startHeld()
  const gateway = await startGateway(limited(backend.url, { maxInFlight: 2 }))
  const answers = Array.from({ length: 10 }, () => ask(gateway.port).catch(() => 'gone'))
  await until(() => backend.held.length === 2 && waiting(gateway) === 8)
  gateway.traffic.destroy()
  expect(await Promise.all(answers)).toEqual(answers.map(() => 'gone'))
  await until(() => backend.sockets.size === 0, 'no connection to the target')
  await until(() => gateway.access.length === 10, 'every exchange is over')
  expect(waiting(gateway)).toBe(0)
})

test('a gateway that closes serves who waits, as far as there is time', async () => {
  await using backend = await startHeld()
  const gateway = await startGateway(limited(backend.url, { maxInFlight: 1 }))
  const answers = Array.from({ length: 3 }, (_, index) => ask(gateway.port, { path: `/${index}` }))
  await until(() => backend.held.length === 1 && waiting(gateway) === 2)
  const closed = gateway.traffic.close(10_000)
  for (let i = 0; i < 3; i++) {
    await until(() => backend.held.length === 1)
    backend.answerFirst()
  }
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200])
  await closed
})

test('whatever becomes of requests that wait, nobody waits while there is room', async () => {
  const random = seededRandom(5)
  let most = 0
  let serving = 0
  await using backend = await startRawBackend((socket) => {
    let busy = false
    const free = (): void => {
      if (busy) serving--
      busy = false
    }
    socket.on('close', free)
    socket.on('data', () => {
      busy = true
      most = Math.max(most, ++serving)
      setTimeout(() => {
        const kind = random()
        free()
        if (kind < 0.1) socket.resetAndDestroy()
        else if (kind < 0.2) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok')
        else if (kind < 0.3) socket.end('HTTP/1.1 200 OK\r\n\r\nok')
        else if (kind < 0.4) socket.write('rubbish\r\n\r\n')
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      }, random() * 5)
    })
  })
  const document = (maxInFlight: number, maxConnections: number) =>
    limited(backend.url, { maxInFlight, maxConnections }, { queue: { limit: 1000, timeoutMs: 60_000 } })
  await using gateway = await startGateway(document(3, 4))
  let over = 0
  const clients = Array.from({ length: 300 }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, random() * 300))
    if (random() < 0.2) {
      const socket = await connectRaw(gateway.port)
      socket.on('error', () => {})
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await new Promise((resolve) => setTimeout(resolve, random() * 100))
      socket.destroy()
    } else await ask(gateway.port, { method: index % 3 ? 'GET' : 'POST' }).catch(() => {})
    over++
  })
  const publishes = setInterval(() => void gateway.publish(document(2 + Math.floor(random() * 2), 4)), 20)
  await until(() => over === clients.length, 'every request has ended')
  clearInterval(publishes)
  await Promise.all(clients)
  expect(most).toBeLessThanOrEqual(4)
  await until(() => waiting(gateway) === 0 && gateway.traffic.state().runtimes === 1, 'nobody waits')
  expect(gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight).toBe(0)
  expect((await ask(gateway.port).catch(() => ({ status: 502 }))).status).toBeLessThan(503)
})
