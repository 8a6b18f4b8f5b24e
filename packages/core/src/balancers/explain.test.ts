import { describe, expect, test } from 'vitest'
import type { Balancer, Target } from './contract.ts'
import { asTarget, createBalancer, predictShares } from './create.ts'
import { explainBalancing, explainMove } from './explain.ts'
import { configOf } from './testing/every-case.ts'

const target = (id: string, more: object = {}) => ({ id, url: `http://${id}.internal:80`, ...more })
const options = { picks: 1000, seed: 1 }
const turns = configOf('weighted-round-robin')

test('says what each gets of so many picks, and why one gets nothing', () => {
  const targets = [
    target('a', { weight: 3 }),
    target('b'),
    target('c', { enabled: false }),
    target('d', { drain: true }),
    target('e', { weight: 0 }),
    target('f', { tier: 1 }),
    target('g', { healthy: false }),
  ]
  expect(explainBalancing(turns, targets, options)).toEqual({
    method: 'exact',
    tier: 0,
    noneHealthy: false,
    targets: [
      { id: 'a', share: 0.75, picks: 750 },
      { id: 'b', share: 0.25, picks: 250 },
      { id: 'c', share: 0, picks: 0, without: 'disabled' },
      { id: 'd', share: 0, picks: 0, without: 'draining' },
      { id: 'e', share: 0, picks: 0, without: 'weight-0' },
      { id: 'f', share: 0, picks: 0, without: 'other-tier' },
      { id: 'g', share: 0, picks: 0, without: 'unhealthy' },
    ],
  })
})

describe('tiers', () => {
  const shares = (targets: Parameters<typeof predictShares>[1], tierMinPercent?: number) =>
    predictShares(turns, targets, { tierMinPercent })

  test('backups get nothing while a tier before them serves', () => {
    expect(shares([target('a'), target('b', { tier: 1 })])).toEqual([1, 0])
    expect(shares([target('a', { drain: true }), target('b', { tier: 1 }), target('c', { tier: 2 })])).toEqual([
      0, 1, 0,
    ])
    expect(shares([target('a', { healthy: false }), target('b', { tier: 3 })])).toEqual([0, 1])
  })

  test('a tier of which too few are healthy gives way, unless no tier is better', () => {
    const sick = [target('a'), target('b', { healthy: false }), target('c', { healthy: false })]
    expect(shares([...sick, target('d', { tier: 1 })], 50)).toEqual([0, 0, 0, 1])
    expect(shares([...sick, target('d', { tier: 1 })], 30)).toEqual([1, 0, 0, 0])
    expect(shares([...sick, target('d', { tier: 1, healthy: false })], 50)).toEqual([1, 0, 0, 0])
  })

  test('when none is healthy, the lowest tier is used as if all of it were', () => {
    const targets = [
      target('a', { healthy: false }),
      target('b', { healthy: false }),
      target('c', { tier: 1, healthy: false }),
    ]
    expect(shares(targets)).toEqual([0.5, 0.5, 0])
    expect(explainBalancing(turns, targets, options)).toMatchObject({ noneHealthy: true, tier: 0 })
    expect(explainBalancing(turns, [target('a', { drain: true })], options)).toMatchObject({
      noneHealthy: false,
      tier: undefined,
      targets: [{ share: 0 }],
    })
  })
})

describe('simulated', () => {
  const targets = [target('a', { weight: 3 }), target('b'), target('c')]

  test('the same seed gives the same picks', () => {
    for (const type of ['least-requests', 'two-choices', 'latency']) {
      const once = explainBalancing(configOf(type), targets, options)
      expect(once.method).toBe('simulated')
      expect(explainBalancing(configOf(type), targets, options)).toEqual(once)
    }
  })

  test('many requests at once come to what is predicted without a simulation', () => {
    for (const type of ['least-requests', 'two-choices', 'latency']) {
      const { targets: explained } = explainBalancing(configOf(type), targets, {
        picks: 50_000,
        seed: 2,
        concurrency: 500,
      })
      predictShares(configOf(type), targets).forEach((share, n) => {
        expect(Math.abs((explained[n]?.share as number) - share)).toBeLessThan(0.02)
      })
    }
  })

  test('one request at a time goes to the heaviest by least requests, and by weight where draws decide', () => {
    const alone = { picks: 20_000, seed: 3, concurrency: 1 }
    expect(explainBalancing(configOf('least-requests'), targets, alone).targets[0]?.share).toBe(1)
    for (const type of ['two-choices', 'latency']) {
      expect(explainBalancing(configOf(type), targets, alone).targets[0]?.share).toBeCloseTo(0.6, 1)
    }
  })

  test('a slow target gets less where what is in hand counts', () => {
    const slow = [target('a', { latencyMs: 100 }), target('b', { latencyMs: 10 }), target('c', { latencyMs: 10 })]
    for (const type of ['least-requests', 'two-choices', 'latency']) {
      const { targets: explained } = explainBalancing(configOf(type), slow, { picks: 20_000, seed: 4 })
      expect(explained[0]?.share).toBeLessThan(0.15)
      expect(explained[0]?.share).toBeGreaterThan(0)
    }
  })

  test('what cannot be built is not simulated either', () => {
    const huge = [target('a', { weight: 65_535 })]
    const bounded = configOf('consistent-hash', { maxLoadFactor: 1.5 })
    expect(explainBalancing(bounded, huge, options).targets[0]?.share).toBe(0)
    expect(predictShares(bounded, huge)).toEqual([0])
    expect(explainMove(bounded, huge, huge)).toBeUndefined()
  })
})

describe('moves', () => {
  const before = [target('a', { weight: 2 }), target('b', { weight: 3 }), target('c'), target('d', { weight: 2 })]
  const pick = (balancer: Balancer, key: string, eligible = (_: Target) => true) =>
    balancer.pick({ clientIp: '', host: '', url: '/', header: () => key }, eligible)?.id

  test.each(['hash', 'consistent-hash', 'maglev'])('%s: as large a share as of the keys of requests', (type) => {
    const strategy = configOf(type)
    const changes = [
      before.filter(({ id }) => id !== 'b'),
      [...before, target('e', { weight: 2 })],
      before.map((one) => (one.id === 'a' ? { ...one, weight: 4 } : one)),
      before.toReversed(),
      before.map((one) => ({ ...one })),
    ]
    for (const after of changes) {
      const [one, other] = [before, after].map((list) =>
        createBalancer(strategy, list.map(asTarget), { random: () => 0 }),
      ) as [Balancer, Balancer]
      const keys = 20_000
      let moved = 0
      for (let n = 0; n < keys; n++) if (pick(one, `key ${n}`) !== pick(other, `key ${n}`)) moved++
      const explained = explainMove(strategy, before, after)
      // Four deviations of what is drawn.
      expect(Math.abs(moved / keys - (explained?.moved as number))).toBeLessThan(4 * Math.sqrt(0.25 / keys))
      expect(explained?.least).toBeLessThanOrEqual((explained?.moved as number) + 1e-9)
    }
    expect(explainMove(strategy, before, before)).toEqual({ moved: 0, least: 0 })
  })

  test('a ring moves no more than it must', () => {
    const { moved, least } = explainMove(configOf('consistent-hash'), before, before.slice(1)) ?? { moved: 1, least: 0 }
    expect(moved).toBeCloseTo(least, 12)
  })

  test('a target that drains gives up its own keys only, by any of them', () => {
    for (const type of ['hash', 'consistent-hash', 'maglev']) {
      const strategy = configOf(type)
      const after = before.map((one) => (one.id === 'c' ? { ...one, drain: true } : one))
      const share = predictShares(strategy, before)[2] as number
      expect(explainMove(strategy, before, after)?.moved).toBeCloseTo(share, 9)
    }
  })

  test('strategies that do not hash move no keys', () => {
    expect(explainMove(turns, before, before)).toBeUndefined()
  })
})
