import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBackend, startNamed } from './testing/backend.ts'
import { ask, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import { through } from './testing/through.ts'

const targetsOf = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets ?? []
const waits = (gateway: Gateway, count: number) =>
  gateway.metrics.snapshot(0).series.some(([key, , [n]]) => key === 'upstream app' && n === count)

/** Answers `/hold` when it is told to, and counts what comes. */
async function startCounting(name: string) {
  const held: (() => void)[] = []
  let count = 0
  const backend = await startBackend((request, response) => {
    count++
    if (request.url === '/hold') held.push(() => response.end(name))
    else response.end(name)
  })
  return { ...backend, held, count: () => count }
}

const openSocket = (port: number): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })

const ways: readonly [string, (targets: readonly Written[]) => readonly Written[]][] = [
  ['is drained', ([a, ...others]) => [{ ...a, drain: true }, ...others]],
  ['is disabled', ([a, ...others]) => [{ ...a, enabled: false }, ...others]],
  ['is removed', ([, ...others]) => others],
]

describe.each(ways)('when a target %s, nothing new goes there:', (_name, change) => {
  test('not by who waits for it, nor by who comes by the revision before', async () => {
    await using a = await startCounting('a')
    await using b = await startCounting('b')
    const first = [{ id: 'a', url: a.url, maxInFlight: 1 }]
    const both = [...first, { id: 'b', url: b.url }]
    await using gateway = await startGateway(forwardTo([], { targets: first }))
    let goOn = (): void => {}
    const before = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let inMiddleware = 0
    through(gateway, async (ctx, next) => {
      if (ctx.received.url === '/late') {
        inMiddleware++
        await before
      }
      await next()
    })
    const holding = ask(gateway.port, { path: '/hold' })
    await until(() => a.held.length === 1)
    const waiting = [ask(gateway.port), ask(gateway.port)]
    const late = ask(gateway.port, { path: '/late' })
    await until(() => waits(gateway, 2) && inMiddleware === 1)
    await gateway.publish(forwardTo([], { targets: change(both) }))
    expect((await Promise.all(waiting)).map(({ text }) => text)).toEqual(['b', 'b'])
    goOn()
    expect((await late).text).toBe('b')
    a.held[0]?.()
    expect((await holding).text, 'what it had is finished').toBe('a')
    expect(a.count()).toBe(1)
    await until(() => gateway.traffic.state().runtimes === 1)
  })

  test('not by a cookie, nor by a retry, and its idle connections are closed', async () => {
    await using a = await startCounting('a')
    await using b = await startCounting('b')
    const affinity = { type: 'cookie' }
    const targets = [
      { id: 'a', url: a.url },
      { id: 'b', url: b.url },
    ]
    await using gateway = await startGateway(forwardTo([], { targets, affinity }))
    const bound = await ask(gateway.port)
    expect(bound.text).toBe('a')
    expect(a.sockets.size).toBe(1)
    const before = a.count()
    await gateway.publish(forwardTo([], { targets: change(targets), affinity }))
    await until(() => a.sockets.size === 0, 'no idle connection')
    const cookie = bound.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const dead = { id: 'c', url: 'http://127.0.0.1:1', weight: 60_000 }
    for (let n = 0; n < 5; n++) expect((await ask(gateway.port, { headers: { cookie } })).text).toBe('b')
    await gateway.publish(
      forwardTo([], { targets: [...change(targets), dead], retries: { attempts: 3, backoffMs: 0 } }),
    )
    for (let n = 0; n < 5; n++) expect((await ask(gateway.port)).text).toBe('b')
    expect(a.count()).toBe(before)
  })
})

test('who waits for a target that drains, where there is no other, is answered at once', async () => {
  await using a = await startCounting('a')
  const document = (drain: boolean) => forwardTo([], { targets: [{ id: 'a', url: a.url, maxInFlight: 1, drain }] })
  await using gateway = await startGateway(document(false))
  const holding = ask(gateway.port, { path: '/hold' })
  await until(() => a.held.length === 1)
  const waiting = ask(gateway.port)
  await until(() => waits(gateway, 1))
  await gateway.publish(document(true))
  expect((await waiting).text).toContain('no_target')
  a.held[0]?.()
  expect((await holding).text).toBe('a')
})

test('who came by a revision whose upstream is gone is served by its targets: there are no others', async () => {
  await using a = await startCounting('a')
  await using b = await startCounting('b')
  await using gateway = await startGateway(forwardTo([], { targets: [{ id: 'a', url: a.url, maxInFlight: 1 }] }))
  const holding = ask(gateway.port, { path: '/hold' })
  await until(() => a.held.length === 1)
  const waiting = ask(gateway.port)
  await until(() => waits(gateway, 1))
  await gateway.publish({
    upstreams: [{ id: 'other', targets: [{ id: 'b', url: b.url }] }],
    routes: [{ id: 'all', forward: { upstream: 'other' } }],
  })
  expect((await ask(gateway.port)).text).toBe('b')
  a.held[0]?.()
  expect([(await holding).text, (await waiting).text]).toEqual(['a', 'a'])
})

test('the time that is left shows, and a later revision may change it; undrained before that, WebSockets stay', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  const document = (drain: boolean, drainMs: number) =>
    forwardTo([], {
      drainMs,
      targets: [
        { id: 'a', url: a.url, drain },
        { id: 'b', url: b.url, weight: 0 },
      ],
    })
  await using gateway = await startGateway(document(false, 60_000))
  expect(targetsOf(gateway)[0]?.drainLeftMs).toBe(null)
  const [kept, ended] = [await openSocket(gateway.port), await openSocket(gateway.port)]
  await gateway.publish(document(true, 60_000))
  const left = targetsOf(gateway)[0]?.drainLeftMs ?? 0
  expect(left > 50_000 && left <= 60_000).toBe(true)
  await gateway.publish(document(true, 30_000))
  expect(targetsOf(gateway)[0]?.drainLeftMs).toBeLessThanOrEqual(30_000)
  await gateway.publish(document(false, 30_000))
  expect([targetsOf(gateway)[0]?.drainLeftMs, kept.readyState]).toEqual([null, WebSocket.OPEN])
  const codes = Promise.all(
    [kept, ended].map((socket) => new Promise((resolve) => socket.once('close', (code) => resolve(code)))),
  )
  await gateway.publish(document(true, 60_000))
  await gateway.publish(document(true, 100))
  expect(await codes).toEqual([1012, 1012])
  await until(() => targetsOf(gateway)[0]?.tunnels === 0)
})
