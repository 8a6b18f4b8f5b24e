import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBackend, startNamed, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import type { AttemptTally } from './traffic.ts'

interface Told {
  readonly at: number
  readonly tallies: readonly AttemptTally[]
}

async function startTelling(document: Written): Promise<{ gateway: Gateway; told: Told[]; sum: () => number[] }> {
  const told: Told[] = []
  const onAttempts = (tallies: readonly AttemptTally[]) => void told.push({ at: performance.now(), tallies })
  const gateway = await startGateway(document, { onAttempts })
  /** All that was told: attempts, and how many of each class. */
  const sum = (): number[] =>
    told
      .flatMap(({ tallies }) => tallies)
      .reduce(
        ([total = 0, a = 0, b = 0, c = 0], { total: more, classes }) => [
          total + more,
          a + classes[0][0],
          b + classes[1][0],
          c + classes[2][0],
        ],
        [0, 0, 0, 0],
      )
  return { gateway, told, sum }
}

const alone = { retries: { attempts: 0 } }

describe('how an attempt ended is told by its class:', () => {
  test.each([
    ['an answer', '/200', [1, 0, 0, 0]],
    ['an answer that the client is at fault for', '/404', [1, 0, 0, 0]],
    ['500', '/500', [1, 1, 0, 0]],
    ['501', '/501', [1, 1, 0, 0]],
    ['502', '/502', [1, 1, 1, 0]],
    ['503', '/503', [1, 1, 1, 0]],
    ['504', '/504', [1, 1, 1, 0]],
    ['no answer in time', '/hang', [1, 1, 1, 0]],
    ['a reset', '/reset', [1, 1, 1, 0]],
    ['what is no answer', '/garbage', [1, 1, 1, 0]],
    ['an answer that breaks off', '/cut', [1, 1, 1, 0]],
  ])('%s', async (_name, path, expected) => {
    await using backend = await startBackend((request, response) => {
      const { socket } = request
      if (path === '/hang') return
      if (path === '/reset') socket.resetAndDestroy()
      else if (path === '/garbage') socket.end('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n')
      else if (path === '/cut') {
        response.writeHead(200, { 'content-length': 10 }).write('x')
        setTimeout(() => socket.destroy(), 10)
      } else response.writeHead(Number(path.slice(1))).end()
    })
    const { gateway, sum } = await startTelling(forwardTo(backend.url, { ...alone, timeouts: { responseMs: 100 } }))
    await ask(gateway.port, { path })
    await until(() => sum()[0] === 1)
    expect(sum()).toEqual(expected)
    await gateway[Symbol.asyncDispose]()
  })

  test('no connection, and no TLS over one', async () => {
    await using silent = await startRawBackend((socket) => socket.end('what?'))
    for (const url of ['http://127.0.0.1:1', silent.url.replace('http', 'https'), 'http://169.254.169.254']) {
      const { gateway, sum } = await startTelling(forwardTo(url, alone))
      await ask(gateway.port)
      await until(() => sum()[0] === 1)
      expect(sum(), url).toEqual([1, 1, 1, 1])
      await gateway[Symbol.asyncDispose]()
    }
  })

  test('upgrades as anything else; what becomes of a tunnel is none of it', async () => {
    await using backend = await startNamed('a')
    const { gateway, sum } = await startTelling(forwardTo(backend.url, alone))
    const open = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
    await new Promise((resolve) => open.once('open', resolve))
    open.on('error', () => {})
    await until(() => sum()[0] === 1)
    for (const socket of backend.sockets) socket.resetAndDestroy()
    await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.tunnels === 0)
    backend.server.removeAllListeners('upgrade')
    backend.server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
    )
    const refused = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
    refused.on('error', () => {})
    await until(() => sum()[0] === 2)
    expect(sum()).toEqual([2, 1, 1, 0])
    await gateway[Symbol.asyncDispose]()
  })
})

describe('nothing is told', () => {
  test('of what clients give up before the answer; an answer that they leave was as its head said', async () => {
    await using backend = await startBackend((request, response) => {
      if (request.url === '/long') response.writeHead(200, { 'content-length': 1000 }).write('x')
    })
    const { gateway, told, sum } = await startTelling(forwardTo(backend.url, alone))
    for (const path of ['/hang', '/long', '/hang']) {
      const client = await connectRaw(gateway.port)
      client.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
      if (path === '/long') await new Promise((resolve) => client.once('data', resolve))
      else await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
      client.destroy()
      await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 0)
    }
    await until(() => told.length > 0)
    expect(sum()).toEqual([1, 0, 0, 0])
    await gateway[Symbol.asyncDispose]()
  })

  test('of a connection that had been used before and closed on us', async () => {
    let connections = 0
    await using backend = await startRawBackend((socket) => {
      const index = connections++
      let requests = 0
      socket.on('data', () => {
        // The first connection answers once, and closes when it is used again.
        if (index === 0 && requests++ === 1) socket.destroy()
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      })
    })
    const { gateway, sum } = await startTelling(forwardTo(backend.url))
    expect([(await ask(gateway.port)).status, (await ask(gateway.port)).status]).toEqual([200, 200])
    expect(connections).toBe(2)
    await until(() => sum()[0] === 2)
    expect(sum()).toEqual([2, 0, 0, 0])
    await gateway[Symbol.asyncDispose]()
  })

  test('where failures take no target out', async () => {
    await using backend = await startNamed('a')
    const off = { health: { passive: { consecutiveFailures: 0 } } }
    const { gateway, told } = await startTelling(forwardTo(backend.url, off))
    await ask(gateway.port)
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(told).toEqual([])
    await gateway.publish(forwardTo(backend.url))
    await ask(gateway.port)
    await until(() => told.length === 1)
    await gateway[Symbol.asyncDispose]()
  })
})

test('what goes well is told once a second, of targets that had attempts; what fails is told at once, with its runs', async () => {
  let failing = false
  await using a = await startBackend((_request, response) => void response.writeHead(failing ? 503 : 200).end())
  await using b = await startNamed('b')
  const targets = [
    { id: 'a', url: a.url },
    { id: 'b', url: b.url, weight: 0 },
  ]
  const { gateway, told } = await startTelling(forwardTo([], { targets }))
  const begun = performance.now()
  let asked = 0
  while (performance.now() - begun < 2500) {
    await ask(gateway.port)
    asked++
  }
  await until(() => told.reduce((sum, { tallies }) => sum + (tallies[0]?.total ?? 0), 0) === asked)
  expect(told.length).toBeLessThanOrEqual(4)
  for (const { tallies } of told) expect(tallies).toMatchObject([{ upstream: 'app', target: 'a', url: a.url }])
  for (let n = 1; n < told.length; n++) expect((told[n]?.at ?? 0) - (told[n - 1]?.at ?? 0)).toBeGreaterThan(900)
  told.length = 0
  failing = true
  const failed = performance.now()
  await Promise.all([ask(gateway.port), ask(gateway.port), ask(gateway.port)])
  await until(() => told.length > 0)
  expect((told[0]?.at ?? 0) - failed).toBeLessThan(900)
  await until(() => told.flatMap(({ tallies }) => tallies).reduce((sum, { total }) => sum + total, 0) === 3)
  const runs = told.flatMap(({ tallies }) => tallies).map(({ total, classes }) => [total, ...classes[1]])
  for (const [total, ...run] of runs) expect(run).toEqual([total, total, total, total])
  await gateway[Symbol.asyncDispose]()
})
