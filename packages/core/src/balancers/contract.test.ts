import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Balancer, BalancerServices, PickRequest, Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { explainBalancing } from './explain.ts'
import { strategies } from './registry.ts'
import { seededRandom } from './seeded-random.ts'
import { chiSquare } from './testing/chi-square.ts'
import { configOf, everyCase } from './testing/every-case.ts'

type Live = { -readonly [Key in keyof Target]: Target[Key] }

function targetsOf(weights: readonly number[], more: Partial<Target> = {}): Live[] {
  return weights.map((weight, index) => ({
    id: `t${index}`,
    host: '10.0.0.1',
    port: String(index),
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
    ...more,
  }))
}

function requestWith(key: string): PickRequest {
  return { clientIp: '192.0.2.1', host: 'a.example', url: '/', header: () => key }
}

/** Keys drawn at random: each pick of a strategy that hashes is then an independent draw. */
const keys = (() => {
  const random = seededRandom(3)
  return Array.from({ length: 1_000_000 }, () => random().toString(36).slice(2))
})()
const keyed = (() => {
  let key = ''
  const request = requestWith('')
  request.header = () => key
  return (next: string) => {
    key = next
    return request
  }
})()

const everyone = () => true
const weights = fc.array(fc.nat({ max: 20 }), { maxLength: 12 })

/**
 * Picks while so many requests are in hand, of which the oldest ends first, and counts per target. `warming` picks
 * come first and are not counted.
 */
function pickBusily(
  create: (services: BalancerServices) => Balancer,
  targets: Live[],
  { picks, concurrency }: { picks: number; concurrency: number },
): number[] {
  const load = { inFlight: 0, weight: targets.reduce((sum, { weight, ramp }) => sum + weight * ramp, 0) }
  const balancer = create({ random: seededRandom(99), load })
  const places = new Map(targets.map((target, index) => [target as Target, index]))
  const inHand = new Array<Live | undefined>(concurrency)
  const counts = targets.map(() => 0)
  for (let pick = 0; pick < picks + concurrency; pick++) {
    const ending = inHand[pick % concurrency]
    if (ending !== undefined) {
      ending.inFlight--
      load.inFlight--
    }
    const picked = balancer.pick(keyed(keys[pick % keys.length] as string), everyone) as Live
    picked.inFlight++
    load.inFlight++
    inHand[pick % concurrency] = picked
    const place = places.get(picked) as number
    if (pick >= concurrency) counts[place] = (counts[place] as number) + 1
  }
  return counts
}

describe.each(everyCase)('$title', ({ strategy, config }) => {
  const create = (targets: readonly Target[], more: Partial<BalancerServices> = {}): Balancer =>
    createBalancer(config, targets, { random: seededRandom(7), ...more })
  const followsLoad = strategy.followsLoad?.(config as never) === true

  test('never picks a target that is not eligible, and nothing only when none is', () => {
    const state = fc.record({
      inFlight: fc.nat({ max: 9 }),
      ramp: fc.constantFrom(1, 1, 0.5, 0.01),
      latencyMs: fc.constantFrom(Number.NaN, 0, 3, 1e9),
    })
    const rounds = fc.array(
      fc.record({ mask: fc.nat({ max: 4095 }), key: fc.string(), states: fc.array(state, { maxLength: 12 }) }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(weights, rounds, (weights, rounds) => {
        const targets = targetsOf(weights)
        const load = { inFlight: 0, weight: 1 }
        const balancer = create(targets, { load })
        for (const { mask, key, states } of rounds) {
          targets.forEach((target, index) => {
            Object.assign(target, states[index])
          })
          const eligible = (target: Target) => ((mask >> targets.indexOf(target as Live)) & 1) === 1
          const possible = targets.filter((target) => target.weight > 0 && eligible(target))
          load.inFlight = targets.reduce((sum, { inFlight }) => sum + inFlight, 0)
          load.weight = possible.reduce((sum, { weight, ramp }) => sum + weight * ramp, 0)
          const picked = balancer.pick(requestWith(key), eligible)
          if (possible.length === 0) expect(picked).toBeUndefined()
          else expect(possible).toContain(picked)
        }
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  /** Draws that are independent are judged by chi-square; turns, and what follows the load, by a tolerance. */
  const judged =
    strategy.type === 'random' || (strategy.keySpace !== undefined && !followsLoad) ? 'chi-square' : 'tolerance'

  test.each([[[5, 1, 1]], [[3, 2, 7, 0, 1, 4]], [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]])(
    'gives weights %j the shares that are explained, over a million picks',
    (weights) => {
      const picks = 1_000_000
      const written = weights.map((weight, n) => ({ id: `t${n}`, url: `http://10.0.0.1:${n}`, weight }))
      const concurrency = 5 * weights.length
      const { method, targets } = explainBalancing(config, written, { picks: 200_000, seed: 12, concurrency })
      const shares = targets.map(({ share }) => share)
      expect(method).toBe(followsLoad ? 'simulated' : 'exact')
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)

      const live = targetsOf(weights, { latencyMs: 1 })
      const counts = pickBusily((services) => create(live, services), live, { picks, concurrency })
      if (judged === 'chi-square') {
        const { statistic, limit } = chiSquare(counts, shares)
        expect(statistic).toBeLessThan(limit)
      } else if (followsLoad) {
        // Half a point: two simulations with different seeds.
        counts.forEach((count, index) => {
          expect(Math.abs(count / picks - (shares[index] as number))).toBeLessThan(0.005)
        })
      } else {
        // Turns are even at any time: nobody is further from its share than there are targets.
        counts.forEach((count, index) => {
          expect(Math.abs(count - picks * (shares[index] as number))).toBeLessThanOrEqual(weights.length)
        })
      }
    },
    60_000,
  )

  test('predicts no traffic where there is none to give', () => {
    const shares = (weights: number[], eligible = everyone as (target: Target) => boolean) =>
      strategy.shares(targetsOf(weights), config as never, eligible)
    expect(shares([])).toEqual([])
    expect(shares([0, 0])).toEqual([0, 0])
    expect(shares([0, 3])).toEqual([0, 1])
    expect(shares([2, 3], () => false)).toEqual([0, 0])
    expect(shares([2, 3], ({ id }) => id === 't1')).toEqual([0, 1])
  })

  test('asks each target about its eligibility a bounded number of times', () => {
    for (const [ramp, rounds] of [
      [1, 2],
      [0.01, 4],
    ] as const) {
      const targets = targetsOf(
        Array.from({ length: 50 }, () => 2),
        { ramp },
      )
      const load = { inFlight: 0, weight: ramp * 2 }
      const balancer = create(targets, { load })
      for (let mask = 0; mask < 100; mask++) {
        let asked = 0
        balancer.pick(requestWith(String(mask)), (target) => {
          asked++
          return target === targets[mask]
        })
        expect(asked).toBeLessThanOrEqual(101 + rounds * targets.length)
      }
    }
  })

  test('works with one target, with none, and with weights of 0 only', () => {
    expect(create([]).pick(requestWith('k'), everyone)).toBeUndefined()
    expect(create(targetsOf([0, 0, 0])).pick(requestWith('k'), everyone)).toBeUndefined()
    const one = targetsOf([3])
    const balancer = create(one)
    for (const key of ['', 'a', 'b']) expect(balancer.pick(requestWith(key), everyone)).toBe(one[0])
    expect(balancer.pick(requestWith('a'), () => false)).toBeUndefined()
    balancer.failed?.(one[0] as Target)
    expect(balancer.pick(requestWith('a'), everyone)).toBe(one[0])
  })

  test('continues where the balancer before it is at its own first pick', () => {
    const targets = targetsOf([5, 1, 3, 2])
    const key = (n: number) => requestWith(n % 3 === 0 ? '' : String(n))
    const pickAll = (balancer: Balancer, from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) => balancer.pick(key(from + n), everyone)?.id)

    const alone = create(targets, { random: seededRandom(5) })
    const expected = pickAll(alone, 0, 60)

    const random = seededRandom(5)
    const first = create(targets, { random })
    const begun = pickAll(first, 0, 7)
    // Built while the first still serves: what it picks meanwhile counts too.
    const second = create(targetsOf([5, 1, 3, 2]), { random, previous: first })
    begun.push(...pickAll(first, 7, 20))
    const third = create(targets, { random, previous: second })
    expect([...begun, ...pickAll(third, 20, 60)]).toEqual(expected)
  })

  test('picks what is there when targets have come and gone, whatever strategy was before', () => {
    for (const other of strategies) {
      const before = createBalancer(configOf(other.type), targetsOf([5, 1, 3]), { random: seededRandom(1) })
      for (let n = 0; n < 5; n++) before.pick(requestWith(String(n)), everyone)
      const targets = targetsOf([1, 2, 3, 4]).slice(1)
      const balancer = create(targets, { previous: before })
      // Each takes so many that all are needed.
      for (let n = 0; n < 200; n++) {
        const picked = balancer.pick(requestWith(String(n)), ({ inFlight }) => inFlight < 70) as Live
        expect(targets).toContain(picked)
        picked.inFlight++
      }
      expect(targets.every(({ inFlight }) => inFlight > 0)).toBe(true)
    }
  })

  test('a failure reported for a target that is gone changes nothing', () => {
    const balancer = create(targetsOf([2, 1]))
    balancer.failed?.({ ...(targetsOf([1])[0] as Target), id: 'gone' })
    expect(balancer.pick(requestWith('k'), everyone)).toBeDefined()
  })

  test.skipIf(strategy.type === 'first')('gives a target in slow start about the part that its ramp says', () => {
    const shareAt = (ramp: number) => {
      const targets = targetsOf([2, 2, 2, 2], { latencyMs: 1 })
      Object.assign(targets[0] as Live, { ramp })
      const counts = pickBusily((services) => create(targets, services), targets, { picks: 100_000, concurrency: 80 })
      return (counts[0] as number) / 100_000
    }
    const whole = shareAt(1)
    // 0.25 of 3.25 for what is weighed, a quarter of its own keys for what hashes; the request at hand counts besides.
    expect(shareAt(0.25) / whole).toBeGreaterThan(0.18)
    expect(shareAt(0.25) / whole).toBeLessThan(0.36)
    expect(shareAt(0.01) / whole).toBeLessThan(0.05)
  })

  test('shares do not change when all are in slow start alike', () => {
    const shares = [1, 0.1].map((ramp) => {
      const targets = targetsOf([2, 1, 4], { latencyMs: 1, ramp })
      return pickBusily((services) => create(targets, services), targets, { picks: 100_000, concurrency: 30 })
    })
    shares[1]?.forEach((count, index) => {
      // Keys that no target keeps yet are spread by weight, which is not quite what the places of a hash are.
      expect(Math.abs(count - (shares[0]?.[index] as number)) / 100_000).toBeLessThan(0.06)
    })
  })

  test.skipIf(strategy.keySpace === undefined || followsLoad)('keys come to a target in slow start and stay', () => {
    const targets = targetsOf([2, 1, 3, 2])
    const balancer = create(targets)
    const target = targets[1] as Live
    const pickAll = () =>
      keys.slice(0, 5000).map((key, n) => balancer.pick(keyed(`${key}${n}`), everyone)?.id as string)
    const atRest = pickAll()
    let before: string[] | undefined
    for (const ramp of [0.1, 0.3, 0.7, 1]) {
      target.ramp = ramp
      const now = pickAll()
      now.forEach((id, key) => {
        if (atRest[key] !== 't1') expect(id).toBe(atRest[key])
        if (before?.[key] === 't1') expect(id).toBe('t1')
      })
      before = now
    }
  })
})
