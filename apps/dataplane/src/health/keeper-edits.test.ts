import { describe, expect, test } from 'vitest'
import { keyOf } from './judged-target.ts'
import { active, failed, passive, Scene, three, url, written } from './testing/scene.ts'

const slowStart = { windowMs: 10_000 }

describe('an edit', () => {
  test('of what health does not depend on forgets nothing', () => {
    const scene = new Scene().apply(three)
    scene.probe('a', failed)
    scene.fail('b')
    scene.fail('c', 2)
    scene.said()
    scene.told()
    scene.now += 5000
    scene.apply([written('a', { weight: 3 }), written('b'), written('c')], { title: 'other', drainMs: 1 })
    expect(scene.said()).toEqual(['a weight-changed'])
    expect(scene.told()).toEqual([])
    expect(scene.health('a')).toMatchObject({ state: 'unhealthy', since: '1000' })
    expect(scene.health('b')).toMatchObject({ state: 'ejected', ejectedUntil: '21000' })
    scene.apply([written('a', { enabled: false }), written('b'), written('c')])
    scene.apply(three)
    expect(scene.health('a')).toMatchObject({ state: 'unhealthy', since: '1000' })
  })

  test('says which revision changed what', () => {
    const scene = new Scene().apply([written('a', { weight: 2 }), written('b'), written('c', { enabled: false })])
    scene.apply([written('a', { weight: 5 }), written('b', { drain: true }), written('c'), written('d')])
    expect(scene.events).toEqual([
      { type: 'weight-changed', upstream: 'shop', target: 'a', revision: 2, before: 2, after: 5 },
      { type: 'draining', upstream: 'shop', target: 'b', revision: 2, forMs: 30_000 },
      { type: 'enabled', upstream: 'shop', target: 'c', revision: 2 },
      { type: 'added', upstream: 'shop', target: 'd', revision: 2 },
    ])
    scene.said()
    scene.apply([written('b'), written('c', { enabled: false }), written('d')])
    expect(scene.said()).toEqual(['b undrained', 'c disabled', 'c draining', 'a removed', 'a draining'])
  })

  test('of the address makes another target of it', () => {
    const scene = new Scene().apply(three)
    scene.probe('a', failed)
    scene.said()
    scene.told()
    scene.apply([{ id: 'a', url: 'http://elsewhere' }, written('b'), written('c')])
    expect(scene.said()).toEqual(['a added', 'a removed', 'a draining'])
    expect(scene.verdicts).toEqual([{ upstream: 'shop', target: 'a', url: url('a'), out: false }])
  })

  test('of the probes keeps what they said; without probes nothing is known', () => {
    const scene = new Scene().apply(three)
    scene.probe('a', failed)
    scene.fail('b')
    scene.told()
    scene.apply(three, { health: { active: { ...active, path: '/other' }, passive } })
    expect(scene.health('a').state).toBe('unhealthy')
    scene.apply(three, { health: { passive } })
    expect(scene.health('a')).toMatchObject({ state: 'unknown' })
    expect(scene.health('b').state).toBe('ejected')
    expect(scene.told()).toEqual(['a in'])
  })

  test('that switches the judging of failures off restores what they took out', () => {
    const scene = new Scene().apply(three)
    scene.fail('b')
    scene.said()
    scene.told()
    scene.apply(three, { health: { passive: { consecutiveFailures: 0 } } })
    expect(scene.said()).toEqual(['b restored'])
    expect(scene.told()).toEqual(['b in'])
    expect(scene.after(60_000).said()).toEqual([])
  })

  test('that takes an upstream away takes all that was known with it', () => {
    const scene = new Scene().apply(three)
    scene.probe('a', failed)
    scene.fail('b')
    scene.told()
    scene.begin([])
    scene.keeper.serves(scene.now)
    expect(scene.told()).toEqual(['a in', 'b in'])
    expect(scene.keeper.nextEnd).toBeUndefined()
    scene.apply(three)
    expect(scene.health('a').state).toBe('unknown')
  })
})

describe('slow start', () => {
  test('begins for who joins others, not for those that were there first', () => {
    const scene = new Scene().apply([written('a'), written('b')], { slowStart })
    scene.probe('a')
    expect([scene.said(), scene.told()]).toEqual([[], []])
    scene.apply(three, { slowStart })
    expect(scene.said()).toEqual(['c added', 'c slow-start-begun'])
    expect(scene.told()).toEqual(['c in 0'])
    expect(scene.health('c').slowStartUntil).toBe('11000')
    expect(scene.after(10_000).said()).toEqual(['c slow-start-ended'])
    expect(scene.told()).toEqual(['c in'])
  })

  test('is told before the newcomer serves', () => {
    const scene = new Scene().apply(three.slice(0, 2), { slowStart })
    scene.begin([{ id: 'shop', slowStart, targets: three }])
    expect(scene.told()).toEqual(['c in 0'])
  })

  test('begins for a target that is restored, and ends at once when it fails again', () => {
    const scene = new Scene().apply(three, { slowStart })
    scene.probe('a', failed)
    scene.probe('a')
    expect(scene.said()).toEqual(['a probe-failed', 'a unhealthy', 'a healthy', 'a slow-start-begun'])
    scene.told()
    scene.probe('a', failed)
    expect(scene.told()).toEqual(['a out'])
    expect(scene.keeper.nextEnd).toBeUndefined()
  })

  test('begins for who takes traffic again, by weight, enabled or undrained', () => {
    const off = [written('a', { weight: 0 }), written('b', { enabled: false }), written('c', { drain: true })]
    const scene = new Scene().apply([...off, written('d')], { slowStart })
    scene.apply([...three, written('d')], { slowStart })
    expect(scene.told()).toEqual(['a in 0', 'b in 0', 'c in 0'])
  })

  test('keeps its clock over edits, and goes by the window of the latest', () => {
    const scene = new Scene().apply(three.slice(0, 2), { slowStart }).apply(three, { slowStart })
    scene.now += 4000
    scene.said()
    scene.told()
    scene.apply([...three.slice(0, 2), written('c', { weight: 5 })], { slowStart: { windowMs: 6000 } })
    expect(scene.told()).toEqual([])
    expect(scene.keeper.whole(scene.now)).toEqual([
      { upstream: 'shop', target: 'c', url: url('c'), out: false, slowStartAgeMs: 4000 },
    ])
    expect(scene.after(2000).said()).toEqual(['c weight-changed', 'c slow-start-ended'])
    scene.apply([...three, written('d')], { slowStart }).apply([...three, written('d')])
    expect(scene.said()).toEqual(['c weight-changed', 'd added', 'd slow-start-begun', 'd slow-start-ended'])
  })
})

describe('what drains', () => {
  const drained = [written('a', { drain: true }), written('b')]
  const busy = (scene: Scene, counts: Record<string, number>, askedAt = scene.now) =>
    scene.keeper.looked((key) => counts[key] ?? 0, askedAt, scene.now)
  const a = keyOf('shop', 'a', url('a'))

  test('is drained once it serves nothing', () => {
    const scene = new Scene().apply(three).apply(drained)
    expect(scene.health('a').drainsUntil).toBe('31000')
    scene.said()
    busy(scene, { [a]: 2 })
    expect(scene.said()).toEqual(['c drained'])
    busy(scene, {})
    expect(scene.events).toEqual([{ type: 'drained', upstream: 'shop', target: 'a' }])
    expect(scene.health('a').drainsUntil).toBeUndefined()
    expect(scene.keeper.draining).toBe(false)
  })

  test('is drained at its deadline, and it is said what was left', () => {
    const scene = new Scene().apply(three).apply(drained)
    busy(scene, { [a]: 3 })
    scene.said()
    scene.now += 30_000
    busy(scene, { [a]: 1 })
    expect(scene.said()).toEqual([])
    busy(scene, {})
    expect(scene.events).toEqual([{ type: 'drained', upstream: 'shop', target: 'a', left: 3 }])
  })

  test('is not waited for for ever', () => {
    const scene = new Scene().apply(three).apply(drained)
    scene.said()
    scene.now += 40_000
    busy(scene, { [a]: 1 })
    expect(scene.events).toContainEqual({ type: 'drained', upstream: 'shop', target: 'a', left: 1 })
  })

  test('is not judged by what was true before the revision served', () => {
    const scene = new Scene().apply(three)
    const before = scene.now
    scene.now += 10
    scene.apply(drained)
    busy(scene, {}, before)
    expect(scene.keeper.draining).toBe(true)
  })

  test('and is wanted again drains no more', () => {
    const scene = new Scene().apply(three).apply(drained).apply(three)
    scene.said()
    busy(scene, {})
    expect(scene.said()).toEqual([])
  })

  test('was drained before the node began, and is no event', () => {
    const scene = new Scene().apply(drained)
    expect(scene.keeper.draining).toBe(false)
    expect(scene.said()).toEqual([])
  })
})

describe('tiers and the last resort', () => {
  const tiers = [written('a'), written('b'), written('c', { tier: 1 })]
  const tierOf = (scene: Scene) => scene.keeper.upstreams.get('shop')?.tier
  const choiceOf = (scene: Scene) => scene.keeper.upstreams.get('shop')?.noneEligible

  test('the next tier serves when nothing of the lower one is left, and gives back', () => {
    const scene = new Scene().apply(tiers)
    scene.probe('a', failed)
    expect(tierOf(scene)).toBe(0)
    scene.probe('b', failed)
    expect(scene.events.at(-1)).toEqual({ type: 'tier-changed', upstream: 'shop', before: 0, after: 1 })
    scene.probe('b')
    expect(tierOf(scene)).toBe(0)
  })

  test('a revision that changes it is named', () => {
    const scene = new Scene().apply(tiers)
    scene.probe('a', failed)
    scene.said()
    scene.apply(tiers, { tierMinPercent: 60 })
    expect(scene.events).toEqual([{ type: 'tier-changed', upstream: 'shop', before: 0, after: 1, revision: 2 }])
  })

  test('when none is left, what was chosen is said, and another choice too', () => {
    const scene = new Scene().apply(three.slice(0, 2))
    scene.probe('a', failed)
    scene.probe('b', failed)
    expect(scene.events.at(-1)).toEqual({ type: 'none-eligible', upstream: 'shop', choice: 'use-all' })
    expect(scene.health('a')).toMatchObject({ state: 'unhealthy', exempt: true })
    scene.apply(three.slice(0, 2), { whenNoneEligible: 'fail' })
    expect(scene.events.at(-1)).toMatchObject({ type: 'none-eligible', choice: 'fail', revision: 2 })
    expect(scene.health('a').exempt).toBeUndefined()
    scene.probe('b')
    expect(scene.events.at(-1)).toEqual({ type: 'some-eligible', upstream: 'shop' })
    expect(choiceOf(scene)).toBeNull()
  })

  test('where nothing takes traffic, that is no matter of health', () => {
    const scene = new Scene().apply([written('a', { weight: 0 }), written('b', { drain: true })])
    expect(choiceOf(scene)).toBeNull()
    expect(scene.said()).toEqual([])
  })
})

test('a worker that knows nothing is told of all that is out or in slow start', () => {
  const scene = new Scene().apply([...three, written('d')], { slowStart })
  scene.probe('a', failed)
  scene.fail('b')
  scene.apply([...three, written('d'), written('e')], { slowStart })
  scene.now += 500
  expect(scene.keeper.whole(scene.now)).toEqual([
    { upstream: 'shop', target: 'a', url: url('a'), out: true },
    { upstream: 'shop', target: 'b', url: url('b'), out: true },
    { upstream: 'shop', target: 'e', url: url('e'), out: false, slowStartAgeMs: 500 },
  ])
})

test('breakers are events of their worker, as long as there is such an upstream', () => {
  const scene = new Scene().apply(three)
  for (const state of ['open', 'half-open', 'closed'] as const) {
    scene.keeper.breakerChanged(1, { upstream: 'shop', state })
  }
  scene.keeper.breakerChanged(0, { upstream: 'nobody', state: 'open' })
  expect(scene.events).toEqual([
    { type: 'breaker-opened', upstream: 'shop', worker: 1 },
    { type: 'breaker-half-open', upstream: 'shop', worker: 1 },
    { type: 'breaker-closed', upstream: 'shop', worker: 1 },
  ])
})
