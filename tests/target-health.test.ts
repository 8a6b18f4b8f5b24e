import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ask } from './support/ask.ts'
import { eventually } from './support/eventually.ts'
import { eventsOf, targetOf, typesOf, upstreamOf } from './support/health.ts'
import { startLoad } from './support/load.ts'
import { answers, answersAt, hangs, Mortal, takes } from './support/moods.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

/**
 * Targets of a whole system that die, hang, flap, fail and come back, while it serves and is edited: two workers, a
 * control plane, real backends.
 */

const names = ['a', 'b', 'c', 'spare'] as const
type Name = (typeof names)[number]

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backends: Record<Name, Mortal>
let control: Control
let node: DataPlane

beforeAll(async () => {
  folder = await temporaryFolder()
  const started = await Promise.all(names.map(async (name) => [name, await Mortal.start(name)] as const))
  // The cast states what was made: one of each name.
  backends = Object.fromEntries(started) as Record<Name, Mortal>
  control = await Control.start(folder.path)
  await publish({})
  node = await DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '2'],
    ...['--data', `${folder.path}/node`],
  ])
  await eventually(async () => expect((await targetOf(node, 'asked', 'a')).health.state).toBe('healthy'))
})

/** Every test finds all of them well. */
afterEach(async () => {
  for (const one of Object.values(backends)) {
    one.backend.mood = undefined
    if (!one.backend.server.listening) await one.revive()
  }
  for (const upstream of ['asked', 'failing', 'kept']) {
    await eventually(async () => {
      const { targets, noneEligible } = await upstreamOf(node, upstream)
      expect(targets.filter(({ health }) => health.state === 'unhealthy' || health.state === 'ejected')).toEqual([])
      expect(noneEligible).toBeNull()
    })
  }
})

afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await Promise.all(Object.values(backends ?? {}).map((one) => one.die()))
  await folder?.remove()
})

const target = (id: Name, fields: object = {}) => ({ id, url: backends[id].url, ...fields })
const active = { path: '/health', intervalMs: 400, unsettledIntervalMs: 200, timeoutMs: 400, unhealthyThreshold: 2 }
const noPassive = { consecutiveFailures: 0 }
const timeouts = { responseMs: 700 }

/** One upstream for each way to find out, and to go on when nobody is left. */
function document({
  weight = 1,
  extra = false,
  title = 'first',
}: {
  weight?: number
  extra?: boolean
  title?: string
}) {
  const three = [target('a', { weight }), target('b'), target('c')]
  const two = [target('a'), target('b')]
  const upstreams = [
    {
      id: 'asked',
      title,
      timeouts,
      health: { active, passive: noPassive },
      targets: three,
      slowStart: { windowMs: 2000 },
    },
    {
      id: 'failing',
      title,
      timeouts,
      retries: { attempts: 0 },
      health: { passive: { consecutiveFailures: 3, ejectMs: 700, maxEjectMs: 1500 } },
      targets: [...three, ...(extra ? [target('spare')] : [])],
    },
    { id: 'kept', health: { active, passive: noPassive }, targets: two },
    { id: 'given-up', health: { active, passive: noPassive }, targets: two, whenNoneEligible: 'fail' },
    {
      id: 'handed-over',
      health: { active, passive: noPassive },
      targets: two,
      whenNoneEligible: { upstream: 'spare' },
    },
    { id: 'backed-up', health: { active, passive: noPassive }, targets: [...two, target('spare', { tier: 1 })] },
    { id: 'spare', targets: [target('spare')] },
    {
      id: 'single',
      health: { active: { ...active, path: '/health?single' }, passive: noPassive },
      whenNoneEligible: 'fail',
      targets: [target('a')],
    },
    { id: 'slow', strategy: { type: 'latency' }, targets: three },
  ]
  return {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams,
    routes: upstreams.map(({ id }) => ({
      id,
      match: { hosts: [`${id}.example`] },
      forward: { upstream: id },
    })),
  }
}

async function publish(options: Parameters<typeof document>[0]): Promise<void> {
  const text = JSON.stringify(document(options))
  const { revision } = await control.client.config.apply.mutate({ text, format: 'json', publish: true, prune: true })
  if (!node || revision === undefined) return
  await eventually(async () => expect((await node.state()).revision?.number).toBe(revision))
}

const askFor = (upstream: string, path = '/') => ask(node.url() + path, { host: `${upstream}.example` })
const load = (upstream: string, path = '/') =>
  startLoad(node.url() + path, { connections: 8, pauseMs: 5, headers: { host: `${upstream}.example` } })

/** Lets that many requests through from here on, and says who served them. */
async function served(running: ReturnType<typeof startLoad>, requests: number): Promise<Record<string, number>> {
  const before = { ...running.result.backends }
  const from = running.result.requests
  await eventually(() => expect(running.result.requests).toBeGreaterThan(from + requests))
  return Object.fromEntries(
    Object.entries(running.result.backends).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  )
}

test('a target that dies is asked no more on any worker, and comes back little by little', async () => {
  const running = load('asked')
  await served(running, 200)
  await backends.b.die()
  await eventually(async () => {
    const { health, effectiveWeight } = await targetOf(node, 'asked', 'b')
    expect(health).toMatchObject({ state: 'unhealthy', eligibleWorkers: 0, cause: { code: 'connect_failed' } })
    expect(effectiveWeight).toBe(0)
  })
  const failed = running.result.failures.length
  expect(await served(running, 300)).toMatchObject({ b: 0 })
  expect(running.result.failures.length).toBe(failed)
  // What was in hand when it died; a connection that is refused is tried elsewhere.
  expect(failed).toBeLessThanOrEqual(8)

  await backends.b.revive()
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).health.state).toBe('healthy'))
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).ramp).toBeLessThan(1))
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).ramp).toBe(1))
  const { a = 0, b = 0, c = 0 } = await served(running, 300)
  expect(Math.max(a, b, c) - Math.min(a, b, c)).toBeLessThan(30)
  await running.stop()
  const seen = typesOf(await eventsOf(node, 'asked', 'b'))
  expect(seen.slice(-5)).toEqual(['probe-failed', 'unhealthy', 'healthy', 'slow-start-begun', 'slow-start-ended'])
})

test('a target that hangs is found out by its probes, and by requests where it is not probed', async () => {
  backends.b.backend.mood = hangs
  await eventually(async () => {
    expect((await targetOf(node, 'asked', 'b')).health).toMatchObject({
      state: 'unhealthy',
      cause: { code: 'response_timeout' },
    })
  })
  const running = load('failing')
  await eventually(async () => {
    expect((await targetOf(node, 'failing', 'b')).health).toMatchObject({
      state: 'ejected',
      cause: { code: 'consecutive_failures' },
      eligibleWorkers: 0,
    })
  })
  await running.stop()
  expect(running.result.failures.every((failure) => failure.includes('504'))).toBe(true)
})

test('a target that fails at one path goes on serving all others', async () => {
  backends.b.backend.mood = answersAt('/broken', 500)
  for (let i = 0; i < 60; i++) await askFor('failing', i % 2 === 0 ? '/broken' : '/')
  const { health } = await targetOf(node, 'failing', 'b')
  expect(health.state).not.toBe('ejected')
  expect(health.eligibleWorkers).toBe(2)
  const running = load('failing')
  expect((await served(running, 200))['b']).toBeGreaterThan(40)
  await running.stop()
  expect(running.result.failures).toEqual([])
})

test('a target that flaps is out for longer each time, up to a bound', async () => {
  backends.c.backend.mood = answers(503)
  const running = load('failing')
  const ejections = await eventually(async () => {
    const found = (await eventsOf(node, 'failing', 'c')).filter(({ type }) => type === 'ejected')
    expect(found.length).toBeGreaterThanOrEqual(3)
    return found
  })
  await running.stop()
  expect(ejections.slice(0, 3).map(({ forMs }) => forMs)).toEqual([700, 1400, 1500])
  // In between it was restored, and had its chance.
  const types = typesOf(await eventsOf(node, 'failing', 'c'))
  expect(types.filter((type) => type === 'restored').length).toBeGreaterThanOrEqual(2)
})

test('half of the targets stay, whatever fails', async () => {
  for (const name of ['a', 'b', 'c'] as const) backends[name].backend.mood = answers(503)
  const running = load('failing')
  await eventually(async () => {
    const { targets } = await upstreamOf(node, 'failing')
    expect(targets.filter(({ health }) => health.state === 'ejected')).toHaveLength(1)
  })
  await served(running, 300)
  const { targets } = await upstreamOf(node, 'failing')
  expect(targets.filter(({ health }) => health.state === 'ejected').length).toBeLessThanOrEqual(1)
  await running.stop()
})

test('when none is well, all are used, or none, or another upstream, as it was stated', async () => {
  await Promise.all([backends.a.die(), backends.b.die()])
  for (const [upstream, choice] of [
    ['kept', 'use-all'],
    ['given-up', 'fail'],
    ['handed-over', 'spare'],
  ] as const) {
    await eventually(async () => expect((await upstreamOf(node, upstream)).noneEligible).toBe(choice))
    expect((await eventsOf(node, upstream)).at(-1)).toMatchObject({ type: 'none-eligible', choice })
  }
  expect((await askFor('kept')).status).toBe(502)
  const refused = await askFor('given-up')
  expect(refused.status).toBe(503)
  expect(refused.text).toContain('no_target')
  expect((await askFor('handed-over')).text).toBe('spare')
  const metrics = await (await fetch(`${node.adminUrl}/metrics`)).text()
  expect(metrics).toMatch(/none_eligible\{upstream="given-up"\} 1/)
  expect(metrics).toMatch(/none_eligible\{upstream="spare"\} 0/)

  await eventually(async () => expect((await upstreamOf(node, 'backed-up')).tier).toBe(1))
  expect((await askFor('backed-up')).text).toBe('spare')

  await Promise.all([backends.a.revive(), backends.b.revive()])
  for (const upstream of ['kept', 'given-up', 'handed-over']) {
    await eventually(async () => expect((await upstreamOf(node, upstream)).noneEligible).toBeNull())
    expect((await eventsOf(node, upstream)).at(-1)?.type).toBe('some-eligible')
    expect(['a', 'b']).toContain((await askFor(upstream)).text)
  }
  await eventually(async () => expect((await upstreamOf(node, 'backed-up')).tier).toBe(0))
  expect(['a', 'b']).toContain((await askFor('backed-up')).text)
})

test('a single target is not given up because of its probes', async () => {
  backends.a.backend.mood = answersAt('/health?single', 503)
  await eventually(async () => {
    expect((await targetOf(node, 'single', 'a')).health).toMatchObject({
      state: 'unhealthy',
      exempt: true,
      eligibleWorkers: 2,
      cause: { code: 'bad_status', detail: expect.stringContaining('503') },
    })
  })
  for (let i = 0; i < 10; i++) expect((await askFor('single')).status).toBe(200)
})

test('a slow target gets less, and is not forgotten', async () => {
  backends.c.backend.mood = takes(200, 'c')
  const running = load('slow')
  await served(running, 300)
  const shares = await served(running, 600)
  await running.stop()
  expect(shares['c'] ?? 0).toBeLessThan(0.15 * 600)
  expect(shares['a'] ?? 0).toBeGreaterThan(0.3 * 600)
  expect(running.result.backends['c']).toBeGreaterThan(0)
})

test('edits in the middle of it forget nothing', async () => {
  const running = load('asked')
  await backends.b.die()
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).health.state).toBe('unhealthy'))
  const before = (await targetOf(node, 'asked', 'b')).health
  await served(running, 50)
  const failed = running.result.failures.length
  const from = (await eventsOf(node, 'asked', 'b')).length
  const count = { b: running.result.backends['b'] ?? 0 }

  await publish({ weight: 3, title: 'second' })
  await publish({ weight: 2, extra: true, title: 'third' })
  await publish({ weight: 2, title: 'fourth' })
  await served(running, 200)
  expect((await targetOf(node, 'asked', 'b')).health).toMatchObject({ state: 'unhealthy', since: before.since })
  expect(running.result.backends['b'] ?? 0).toBe(count.b)
  expect(running.result.failures.length).toBe(failed)
  expect((await eventsOf(node, 'asked', 'b')).slice(from)).toEqual([])
  expect(typesOf(await eventsOf(node, 'asked', 'a')).filter((type) => type === 'weight-changed')).toHaveLength(2)

  // Restored, and edited in the middle of its slow start: the clock goes on.
  await backends.b.revive()
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).health.slowStartUntil).toBeDefined())
  const { slowStartUntil } = (await targetOf(node, 'asked', 'b')).health
  await publish({ weight: 1, title: 'fifth' })
  const during = (await targetOf(node, 'asked', 'b')).health.slowStartUntil
  // It may be over by now on a busy machine; it never begins again.
  if (during !== undefined) expect(during).toBe(slowStartUntil)
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).health.slowStartUntil).toBeUndefined())
  const types = typesOf((await eventsOf(node, 'asked', 'b')).slice(from))
  expect(types.filter((type) => type === 'slow-start-begun')).toHaveLength(1)
  await running.stop()
})

test('a worker that takes the place of a dead one knows what the node has judged', async () => {
  await backends.b.die()
  await eventually(async () => expect((await targetOf(node, 'asked', 'b')).health.state).toBe('unhealthy'))
  const workers = async () => (await node.state())['workers'] as { pid: number; revision: number }[]
  const [victim] = await workers()
  if (!victim) throw new Error('no worker')
  process.kill(victim.pid, 'SIGKILL')
  await eventually(async () => {
    const now = await workers()
    expect(now.map(({ pid }) => pid)).not.toContain(victim.pid)
    expect(now.filter(({ revision }) => revision > 0)).toHaveLength(2)
  })
  const { requests } = await targetOf(node, 'asked', 'b')
  for (let i = 0; i < 60; i++) expect((await askFor('asked')).text).not.toBe('b')
  expect((await targetOf(node, 'asked', 'b')).requests).toBe(requests)
})

test('the control plane keeps what happened, target by target', async () => {
  await backends.c.die()
  await eventually(async () => expect((await targetOf(node, 'asked', 'c')).health.state).toBe('unhealthy'))
  await eventually(async () => {
    const { upstreams } = await control.client.health.summary.query()
    expect(upstreams['asked']?.targets['c']).toMatchObject({ state: 'unhealthy', cause: { code: 'connect_failed' } })
  })
  await backends.c.revive()
  await eventually(async () => {
    const { events } = await control.client.health.timeline.query({ upstream: 'asked', target: 'c' })
    const types = events.map(({ type }) => type)
    expect(types.slice(types.indexOf('healthy'), types.indexOf('healthy') + 3)).toEqual([
      'healthy',
      'unhealthy',
      'probe-failed',
    ])
    const ids = events.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)].sort((x, y) => y - x))
    expect(new Set(events.map((event) => event.node))).toEqual(new Set(['one']))
  })
})
