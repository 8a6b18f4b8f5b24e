import type { Report } from '@switchyard/core/node-protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shopDocument } from '../testing/documents.ts'
import { healthOf, reportOf, targetOf } from '../testing/reports.ts'
import { openStream, type Stream } from '../testing/sse.ts'
import { nodeToken, startForTest, type TestControl } from '../testing/start.ts'
import type { HealthSummary } from './health-view.ts'

let control: TestControl
let now: number
let hash: string
const streams: Stream[] = []

beforeEach(async () => {
  now = Date.now()
  control = await startForTest({}, { now: () => now })
  await control.client.config.apply.mutate({ text: JSON.stringify(shopDocument), format: 'json', publish: true })
  hash = (await control.client.revisions.status.query()).head?.hash ?? ''
})

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close()
  await control.end()
})

const iso = (ms: number) => new Date(ms).toISOString()
const serving = () => ({ number: 1, hash, since: iso(now), source: 'control' as const })
const shopHealth = { upstream: 'shop', noneEligible: null, tier: 0, breaker: null, fairness: null }

async function send(fields: Partial<Report>): Promise<void> {
  const answer = await fetch(`${control.url}/api/node/report`, {
    method: 'POST',
    headers: { authorization: `Bearer ${nodeToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(reportOf({ serving: serving(), upstreams: [shopHealth], ...fields })),
  })
  expect(answer.status).toBe(200)
}

const summary = async () => (await control.client.health.summary.query()).upstreams['shop']
const target = async (id: string) => (await summary())?.targets[id]

async function watch(): Promise<() => Promise<HealthSummary>> {
  const stream = await openStream(`${control.url}/api/trpc/health.watch`, { authorization: `Bearer ${control.token}` })
  streams.push(stream)
  return async () => (await stream.next()).data as HealthSummary
}

test('the worst of what nodes say of a target is told, with the word of each', async () => {
  const unhealthy = healthOf({
    state: 'unhealthy',
    since: iso(now),
    cause: { code: 'bad_status', detail: 'status 503' },
    effectiveWeight: 0,
    eligibleWorkers: 0,
  })
  await send({ node: 'two', targets: [targetOf({ health: unhealthy })] })
  await send({ node: 'one', targets: [targetOf({ health: healthOf({ effectiveWeight: 5 }) })] })
  await send({ node: 'three', targets: [targetOf({ health: healthOf({ state: 'unknown', effectiveWeight: 4 }) })] })
  const view = await target('a')
  expect(view).toMatchObject({
    state: 'unhealthy',
    since: unhealthy.since,
    cause: unhealthy.cause,
    effectiveWeight: 3,
    draining: null,
    slowStartUntil: null,
  })
  expect(view?.nodes.map(({ node, health }) => [node, health.state])).toEqual([
    ['one', 'healthy'],
    ['three', 'unknown'],
    ['two', 'unhealthy'],
  ])
  await send({ node: 'one', targets: [targetOf({ health: healthOf({ state: 'ejected' }) })] })
  expect((await target('a'))?.state).toBe('ejected')
})

test('upstreams tell where none is eligible, the highest tier that serves, and the worst breaker', async () => {
  await send({ node: 'one', upstreams: [{ ...shopHealth, tier: 2, breaker: 'half-open' }] })
  await send({ node: 'two', upstreams: [{ ...shopHealth, noneEligible: 'use-all', breaker: 'closed' }] })
  expect(await summary()).toMatchObject({
    noneEligible: [{ node: 'two', choice: 'use-all' }],
    tier: 2,
    breaker: 'half-open',
    fairness: null,
  })
})

test('what a draining target is still serving adds up, until nothing is left', async () => {
  const { etag } = await control.client.upstreams.get.query({ id: 'shop' })
  await control.client.targets.drain.mutate({ upstream: 'shop', target: 'a', etag, publish: true })
  const drains = (ms: number) => healthOf({ drainsUntil: iso(now + ms) })
  await send({ node: 'one', targets: [targetOf({ inFlight: 2, tunnels: 1, health: drains(3000) })] })
  await send({ node: 'two', targets: [targetOf({ inFlight: 3, health: drains(5000) })] })
  expect((await target('a'))?.draining).toEqual({ inFlight: 5, tunnels: 1, until: iso(now + 5000) })
  for (const node of ['one', 'two']) await send({ node, targets: [targetOf(), targetOf({ target: 'b' })] })
  expect((await target('a'))?.draining).toEqual({ inFlight: 0, tunnels: 0, until: null })
  expect((await target('b'))?.draining).toBeNull()
})

test('a node that is silent, or removed, has no word any more', async () => {
  await send({ node: 'one', targets: [targetOf({ health: healthOf({ state: 'unhealthy' }) })] })
  now += 6000
  await send({ node: 'two', targets: [targetOf()] })
  expect((await target('a'))?.state).toBe('unhealthy')
  now += 5000
  expect((await target('a'))?.state).toBe('healthy')
  await control.client.nodes.remove.mutate({ name: 'two' })
  expect((await control.client.health.summary.query()).upstreams).toEqual({})
})

test('watchers hear of a change within a second, and of a node that falls silent', async () => {
  const next = await watch()
  expect((await next()).upstreams).toEqual({})
  const heard = async (state: string) => {
    for (;;) if ((await next()).upstreams['shop']?.targets['a']?.state === state) return
  }
  await send({ targets: [targetOf()] })
  await heard('healthy')
  for (const state of ['unhealthy', 'healthy', 'ejected'] as const) {
    const changed = performance.now()
    await send({ targets: [targetOf({ health: healthOf({ state }) })] })
    await heard(state)
    expect(performance.now() - changed).toBeLessThan(1000)
  }
  now += 11_000
  while ('shop' in (await next()).upstreams);
})

test('many who ask at about the same time get one and the same', async () => {
  await send({ targets: [targetOf()] })
  const { health } = control.services
  const first = health.summary(now)
  expect(health.summary(now + 500)).toBe(first)
  expect(health.summary(now + 1500)).not.toBe(first)
  await send({ targets: [targetOf({ health: healthOf({ state: 'ejected' }) })] })
  expect(health.summary(now)).not.toBe(first)
})

test('fairness is what targets got of what they were to get at each node, by what was eligible there', async () => {
  const report = (node: string, a: number, b: number, out = false) =>
    send({
      node,
      targets: [
        targetOf({ requests: a }),
        targetOf({ target: 'b', requests: b, health: healthOf({ eligibleWorkers: out ? 0 : 2 }) }),
      ],
    })
  for (const node of ['one', 'two']) await report(node, 0, 0)
  now += 2000
  await report('one', 40, 8)
  expect((await summary())?.fairness).toBeNull()
  now += 2000
  await report('two', 1000, 0, true)
  await report('one', 500, 100)
  expect((await summary())?.fairness).toBe(1)
  now += 2000
  await report('one', 500, 700)
  expect((await summary())?.fairness).toBeGreaterThan(3)
  now += 65_000
  await report('one', 500, 700)
  expect((await summary())?.fairness).toBeNull()
})

test('events of a report are in the timeline of their target, and stay when the node is removed', async () => {
  const event = { seq: 1, at: iso(now), type: 'ejected' as const, upstream: 'shop', target: 'a', forMs: 10_000 }
  for (let i = 0; i < 2; i++) await send({ events: [event] })
  await control.client.nodes.remove.mutate({ name: 'one' })
  const { events } = await control.client.health.timeline.query({ upstream: 'shop', target: 'a' })
  expect(events).toEqual([{ ...event, id: expect.any(Number), node: 'one' }])
  const none = await control.client.health.timeline.query({ upstream: 'shop', target: 'b' })
  expect(none).toEqual({ events: [], more: false })
  const tooMany = control.client.health.timeline.query({ upstream: 'shop', limit: 201 })
  await expect(tooMany).rejects.toMatchObject({ data: { reason: 'invalid' } })
})

test('neither counters nor health nor events are kept with the node', async () => {
  await send({ targets: [targetOf({ health: healthOf({ state: 'ejected' }) })] })
  const { report } = await control.services.db.node.findUniqueOrThrow({ where: { name: 'one' } })
  expect(Object.keys(report as object)).not.toEqual(expect.arrayContaining(['targets']))
  expect(JSON.stringify(report)).not.toMatch(/shop|ejected/)
})
