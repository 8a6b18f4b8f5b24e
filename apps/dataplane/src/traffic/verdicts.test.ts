import { describe, expect, test } from 'vitest'
import { type Backend, startBackend, startNamed } from './testing/backend.ts'
import { ask, until } from './testing/client.ts'
import { configOf, forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import { createTraffic, type Verdict } from './traffic.ts'

const out = (target: string, url: string, is = true, upstream = 'app'): Verdict => ({ upstream, target, url, out: is })

const upstreamOf = (gateway: Gateway, id = 'app') =>
  gateway.traffic.state().upstreams.find((upstream) => upstream.id === id)

/** Who answers so many requests, in order. */
async function answers(gateway: Gateway, count: number, path = '/'): Promise<string> {
  let names = ''
  for (let n = 0; n < count; n++) names += (await ask(gateway.port, { path })).text
  return names
}

/** Backends named a, b and so on. */
async function startAll(count: number): Promise<(Backend & AsyncDisposable)[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => startNamed(String.fromCharCode(97 + index))))
}

describe('a target that is judged to be out', () => {
  test('is not picked from then on, keeps its place for when it is back, and shows', async () => {
    const [a, b, c] = await startAll(3)
    if (!a || !b || !c) throw new Error('no backends')
    await using gateway = await startGateway(forwardTo([a.url, b.url, c.url]))
    expect(await answers(gateway, 3)).toBe('abc')
    gateway.traffic.judge([out('b', b.url)], false)
    expect(await answers(gateway, 4)).not.toContain('b')
    expect(upstreamOf(gateway)?.targets[1]).toMatchObject({ out: true, eligible: false, effectiveWeight: 0, weight: 1 })
    gateway.traffic.judge([out('b', b.url, false)], false)
    expect(await answers(gateway, 6)).toContain('b')
    for (const backend of [a, b, c]) await backend[Symbol.asyncDispose]()
  })

  test('is known by its id and URL over publishes; another URL begins anew, and the same one again does, too', async () => {
    await using a = await startNamed('a')
    await using b = await startNamed('b')
    await using other = await startNamed('o')
    const document = (url: string, more: Written = {}) => forwardTo([a.url, url], more)
    await using gateway = await startGateway(document(b.url))
    gateway.traffic.judge([out('b', b.url)], false)
    await gateway.publish(document(b.url, { drainMs: 5000 }))
    expect(await answers(gateway, 4)).toBe('aaaa')
    await gateway.publish(document(other.url))
    expect(await answers(gateway, 4)).toContain('o')
    await gateway.publish(document(b.url))
    expect(await answers(gateway, 4), 'no revision named it in between').toContain('b')
  })

  test('is out from the beginning when it was judged before any revision, as one that is named later is', async () => {
    await using a = await startNamed('a')
    await using b = await startNamed('b')
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const traffic = createTraffic({ log })
    traffic.judge([out('b', b.url)], true)
    const listeners = [{ id: 'web', address: '127.0.0.1', port: 0 }]
    const config = configOf({ listeners, ...forwardTo([a.url, b.url]) })
    const prepared = await traffic.prepare({ number: 1, hash: '1', config })
    prepared.commit()
    const state = traffic.state()
    expect(state.upstreams[0]?.targets.map(({ eligible }) => eligible)).toEqual([true, false])
    const port = state.listeners[0]?.port ?? 0
    for (let n = 0; n < 4; n++) expect((await ask(port)).text).toBe('a')
    traffic.destroy()
  })

  test('is as well as any other once all verdicts there are do not name it', async () => {
    await using a = await startNamed('a')
    await using b = await startNamed('b')
    await using gateway = await startGateway(forwardTo([a.url, b.url]))
    gateway.traffic.judge([out('a', a.url), out('x', 'http://127.0.0.1:1')], false)
    expect(await answers(gateway, 2)).toBe('bb')
    gateway.traffic.judge([out('b', b.url)], true)
    expect(await answers(gateway, 2)).toBe('aa')
  })

  test('is left by who waits for it, and who waits goes to it when it is back', async () => {
    const held: (() => void)[] = []
    await using a = await startBackend((_request, response) => void held.push(() => response.end('a')))
    await using b = await startNamed('b')
    const targets = [
      { id: 'a', url: a.url, maxInFlight: 1 },
      { id: 'b', url: b.url },
    ]
    await using gateway = await startGateway(forwardTo([], { targets, whenNoneEligible: 'fail' }))
    gateway.traffic.judge([out('b', b.url)], false)
    const first = ask(gateway.port)
    await until(() => held.length === 1)
    const waiting = ask(gateway.port)
    await until(() => gateway.metrics.snapshot(0).series.some(([key, , [n]]) => key === 'upstream app' && n === 1))
    gateway.traffic.judge([out('b', b.url, false)], false)
    expect((await waiting).text, 'there is room again').toBe('b')
    gateway.traffic.judge([out('b', b.url)], false)
    const last = ask(gateway.port)
    await until(() => gateway.metrics.snapshot(0).series.some(([key, , [n]]) => key === 'upstream app' && n === 1))
    gateway.traffic.judge([out('a', a.url)], false)
    expect((await last).text, 'there is nothing to wait for').toContain('no_target')
    held[0]?.()
    expect((await first).text, 'what it has in hand is finished').toBe('a')
  })
})

describe('when no target is well,', () => {
  test('all of them are used as if they were, but for those that operators have taken out', async () => {
    const [a, b, c, d] = await startAll(4)
    if (!a || !b || !c || !d) throw new Error('no backends')
    const targets = [
      { id: 'a', url: a.url },
      { id: 'b', url: b.url },
      { id: 'c', url: c.url, drain: true },
      { id: 'd', url: d.url, weight: 0 },
    ]
    await using gateway = await startGateway(forwardTo([], { targets }))
    gateway.traffic.judge([out('a', a.url), out('b', b.url)], false)
    expect([...(await answers(gateway, 4))].sort().join('')).toBe('aabb')
    expect(upstreamOf(gateway)).toMatchObject({
      noneEligible: 'use-all',
      targets: [{ out: true, eligible: true }, { out: true, eligible: true }, { eligible: false }, { eligible: false }],
    })
    gateway.traffic.judge([out('b', b.url, false)], false)
    expect(await answers(gateway, 3)).toBe('bbb')
    expect(upstreamOf(gateway)?.noneEligible).toBe(null)
    for (const backend of [a, b, c, d]) await backend[Symbol.asyncDispose]()
  })

  test('the answer is 503, where that is the rule', async () => {
    await using a = await startNamed('a')
    await using gateway = await startGateway(forwardTo(a.url, { whenNoneEligible: 'fail' }))
    gateway.traffic.judge([out('a', a.url)], false)
    const answer = await ask(gateway.port)
    expect(answer.status).toBe(503)
    expect(answer.text).toContain('no_target')
    expect(upstreamOf(gateway)).toMatchObject({ noneEligible: 'fail', targets: [{ eligible: false }] })
  })

  test('another upstream serves by its own rules, and by those of the route; and the next one when it has none either', async () => {
    await using a = await startNamed('a')
    await using spare = await startBackend((request, response) => {
      if (request.url === '/slow') setTimeout(() => response.end('s'), 2000)
      else response.end(request.headers.host)
    })
    await using last = await startNamed('l')
    const document = (more: Written = {}) => ({
      upstreams: [
        { id: 'app', targets: [{ id: 'a', url: a.url }], whenNoneEligible: { upstream: 'spare' } },
        {
          id: 'spare',
          targets: [{ id: 's', url: spare.url }],
          host: { type: 'fixed', value: 'spare.internal' },
          whenNoneEligible: { upstream: 'last' },
          ...more,
        },
        { id: 'last', targets: [{ id: 'l', url: last.url }] },
      ],
      routes: [{ id: 'all', forward: { upstream: 'app' }, timeouts: { responseMs: 100 } }],
    })
    await using gateway = await startGateway(document())
    expect(await answers(gateway, 2)).toBe('aa')
    gateway.traffic.judge([out('a', a.url)], false)
    expect(upstreamOf(gateway)?.noneEligible).toBe('spare')
    expect((await ask(gateway.port)).text).toBe('spare.internal')
    expect((await ask(gateway.port, { path: '/slow' })).status).toBe(504)
    expect(gateway.access.at(-1)?.target).toBe('s')
    const fixed = { host: { type: 'fixed', value: 'other.internal' } }
    await gateway.publish(document(fixed))
    expect((await ask(gateway.port)).text, 'the one of this revision').toBe('other.internal')
    gateway.traffic.judge([out('s', spare.url, true, 'spare')], false)
    expect((await ask(gateway.port)).text).toBe('l')
    gateway.traffic.judge([out('a', a.url, false)], false)
    expect((await ask(gateway.port)).text).toBe('a')
    expect(gateway.traffic.state().upstreams.map(({ id }) => id)).toEqual(['app', 'spare', 'last'])
  })

  test('who waits goes over to the other upstream', async () => {
    const held: (() => void)[] = []
    await using a = await startBackend((_request, response) => void held.push(() => response.end('a')))
    await using spare = await startNamed('s')
    await using gateway = await startGateway({
      upstreams: [
        { id: 'app', targets: [{ id: 'a', url: a.url, maxInFlight: 1 }], whenNoneEligible: { upstream: 'spare' } },
        { id: 'spare', targets: [{ id: 's', url: spare.url }] },
      ],
      routes: [{ id: 'all', forward: { upstream: 'app' } }],
    })
    const first = ask(gateway.port)
    await until(() => held.length === 1)
    const waiting = ask(gateway.port)
    const waits = (n: number) =>
      gateway.metrics.snapshot(0).series.some(([key, , gauges]) => key === 'upstream app' && gauges[0] === n)
    await until(() => waits(1))
    gateway.traffic.judge([out('a', a.url)], false)
    expect((await waiting).text).toBe('s')
    held[0]?.()
    await first
    gateway.traffic.judge([], true)
    const next = ask(gateway.port)
    await until(() => held.length === 2)
    held[1]?.()
    await next
    expect(waits(1), 'nobody is counted as waiting').toBe(false)
  })
})

describe('a tier', () => {
  const tiered = (urls: readonly string[], tiers: readonly number[], more: Written = {}) =>
    forwardTo([], {
      targets: urls.map((url, index) => ({ id: String.fromCharCode(97 + index), url, tier: tiers[index] })),
      ...more,
    })

  test('serves only while none of the one before is well, and then alone', async () => {
    const all = await startAll(4)
    const [a, b, c, d] = all
    if (!a || !b || !c || !d) throw new Error('no backends')
    await using gateway = await startGateway(
      tiered(
        all.map(({ url }) => url),
        [0, 0, 1, 1],
      ),
    )
    expect(await answers(gateway, 4)).toBe('abab')
    gateway.traffic.judge([out('a', a.url)], false)
    expect(await answers(gateway, 3)).toBe('bbb')
    gateway.traffic.judge([out('b', b.url)], false)
    expect(await answers(gateway, 4)).toBe('cdcd')
    expect(upstreamOf(gateway)).toMatchObject({ tier: 1, noneEligible: null })
    gateway.traffic.judge([out('c', c.url), out('d', d.url)], false)
    expect([...(await answers(gateway, 4))].sort().join(''), 'none is well: the lowest').toBe('aabb')
    expect(upstreamOf(gateway)).toMatchObject({ tier: 0, noneEligible: 'use-all' })
    for (const backend of all) await backend[Symbol.asyncDispose]()
  })

  test('gives way when fewer than the stated share of it are well, and each keeps its place in turn over a publish', async () => {
    const all = await startAll(5)
    const urls = all.map(({ url }) => url)
    const [a] = all
    if (!a) throw new Error('no backends')
    const document = (more: Written = {}) => tiered(urls, [0, 0, 0, 1, 1], { tierMinPercent: 70, ...more })
    await using gateway = await startGateway(document())
    expect(await answers(gateway, 2)).toBe('ab')
    gateway.traffic.judge([out('a', a.url)], false)
    expect(await answers(gateway, 1)).toBe('d')
    await gateway.publish(document({ drainMs: 1000 }))
    expect(await answers(gateway, 1)).toBe('e')
    gateway.traffic.judge([out('a', a.url, false)], false)
    expect(await answers(gateway, 1), 'where the lower tier was').toBe('c')
    for (const backend of all) await backend[Symbol.asyncDispose]()
  })

  test('is gone beyond by a request that has tried all of it, but not for one that is only full', async () => {
    const held: (() => void)[] = []
    await using full = await startBackend((_request, response) => void held.push(() => response.end('f')))
    await using backup = await startNamed('k')
    const dead = 'http://127.0.0.1:1'
    await using gateway = await startGateway(
      tiered([dead, backup.url], [0, 1], { retries: { attempts: 2, backoffMs: 0 } }),
    )
    expect((await ask(gateway.port)).text).toBe('k')
    await gateway.publish(
      forwardTo([], {
        targets: [
          { id: 'x', url: full.url, maxInFlight: 1 },
          { id: 'y', url: backup.url, tier: 1 },
        ],
      }),
    )
    const first = ask(gateway.port)
    await until(() => held.length === 1)
    const second = ask(gateway.port)
    await until(() => gateway.metrics.snapshot(0).series.some(([key, , [n]]) => key === 'upstream app' && n === 1))
    held[0]?.()
    await until(() => held.length === 2)
    held[1]?.()
    expect([(await first).text, (await second).text]).toEqual(['f', 'f'])
  })
})
