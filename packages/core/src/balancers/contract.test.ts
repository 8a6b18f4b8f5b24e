import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Balancer, PickRequest, Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { strategies } from './registry.ts'
import { seededRandom } from './seeded-random.ts'
import { type StrategyConfig, strategyUnion } from './union.ts'

/** A strategy with its defaults; those that hash also need to know by what. */
function configOf(type: string): StrategyConfig {
  const plain = strategyUnion.safeParse({ type })
  return plain.success ? plain.data : strategyUnion.parse({ type, key: { from: 'header', name: 'x-key' } })
}

function targetsOf(weights: readonly number[]): Target[] {
  return weights.map((weight, index) => ({
    id: `t${index}`,
    host: '10.0.0.1',
    port: String(index),
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))
}

function requestWith(key: string): PickRequest {
  return { clientIp: '192.0.2.1', host: 'a.example', url: '/', header: () => key }
}

const everyone = () => true
const weights = fc.array(fc.nat({ max: 20 }), { maxLength: 12 })

describe.each(strategies.map((strategy) => ({ type: strategy.type, strategy })))('$type', ({ type, strategy }) => {
  const config = configOf(type)
  const create = (targets: readonly Target[], previous?: Balancer, random = seededRandom(7)): Balancer =>
    createBalancer(config, targets, { random, previous })

  test('never picks a target that is not eligible, and nothing only when none is', () => {
    const rounds = fc.array(fc.record({ mask: fc.nat({ max: 4095 }), key: fc.string() }), { maxLength: 40 })
    fc.assert(
      fc.property(weights, rounds, (weights, rounds) => {
        const targets = targetsOf(weights)
        const balancer = create(targets)
        for (const { mask, key } of rounds) {
          const eligible = (target: Target) => ((mask >> targets.indexOf(target)) & 1) === 1
          const possible = targets.filter((target) => target.weight > 0 && eligible(target))
          const picked = balancer.pick(requestWith(key), eligible)
          if (possible.length === 0) expect(picked).toBeUndefined()
          else expect(possible).toContain(picked)
        }
      }),
      { seed: 11, numRuns: 200 },
    )
  })

  test.each([[[5, 1, 1]], [[3, 2, 7]], [[1, 0, 1, 4]], [[20, 1]], [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], [[9]]])(
    'gives weights %j the shares that it predicts',
    (weights) => {
      const targets = targetsOf(weights)
      const expected = strategy.shares(targets, config as never, everyone)
      expect(expected.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12)
      const balancer = create(targets)
      const random = seededRandom(3)
      const picks = 100_000
      const counts = targets.map(() => 0)
      for (let pick = 0; pick < picks; pick++) {
        const target = balancer.pick(requestWith(random().toString(36)), everyone) as Target
        counts[targets.indexOf(target)] = (counts[targets.indexOf(target)] ?? 0) + 1
      }
      counts.forEach((count, index) => {
        expect(Math.abs(count / picks - (expected[index] as number))).toBeLessThan(0.008)
      })
    },
  )

  test('predicts no traffic where there is none to give', () => {
    expect(strategy.shares([], config as never, everyone)).toEqual([])
    expect(strategy.shares(targetsOf([0, 0]), config as never, everyone)).toEqual([0, 0])
    expect(strategy.shares(targetsOf([0, 3]), config as never, everyone)).toEqual([0, 1])
  })

  test('asks each target about its eligibility a bounded number of times', () => {
    const targets = targetsOf(Array.from({ length: 50 }, () => 2))
    const balancer = create(targets)
    for (let mask = 0; mask < 100; mask++) {
      let asked = 0
      balancer.pick(requestWith(String(mask)), (target) => {
        asked++
        return target === targets[mask]
      })
      expect(asked).toBeLessThanOrEqual(32 + 2 * targets.length)
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

    const alone = create(targets, undefined, seededRandom(5))
    const expected = pickAll(alone, 0, 60)

    const random = seededRandom(5)
    const first = create(targets, undefined, random)
    const begun = pickAll(first, 0, 7)
    // Built while the first still serves: what it picks meanwhile counts too.
    const second = create(targetsOf([5, 1, 3, 2]), first, random)
    begun.push(...pickAll(first, 7, 20))
    const third = create(targets, second, random)
    expect([...begun, ...pickAll(third, 20, 60)]).toEqual(expected)
  })

  test('picks what is there when targets have come and gone, whatever strategy was before', () => {
    for (const other of strategies) {
      const before = createBalancer(configOf(other.type), targetsOf([5, 1, 3]), { random: seededRandom(1) })
      for (let n = 0; n < 5; n++) before.pick(requestWith(String(n)), everyone)
      const targets = targetsOf([1, 2, 3, 4]).slice(1)
      const balancer = create(targets, before)
      const picked = new Set(Array.from({ length: 200 }, (_, n) => balancer.pick(requestWith(String(n)), everyone)))
      expect([...picked].sort((a, b) => (a?.id ?? '').localeCompare(b?.id ?? ''))).toEqual(targets)
    }
  })

  test('a failure reported for a target that is gone changes nothing', () => {
    const balancer = create(targetsOf([2, 1]))
    balancer.failed?.({ id: 'gone', host: '', port: '', weight: 1, inFlight: 0, ramp: 1, latencyMs: Number.NaN })
    expect(balancer.pick(requestWith('k'), everyone)).toBeDefined()
  })

  test('allocates nothing per pick', () => {
    const balancer = create(targetsOf([5, 1, 3, 2, 4]))
    const requests = Array.from({ length: 1000 }, (_, n) => requestWith(n % 10 === 0 ? '' : `key ${n}`))
    const first = balancer.pick(requests[0] as PickRequest, everyone)
    const eligible = (target: Target) => target !== first
    const pickMany = () => {
      for (let n = 0; n < 200_000; n++) balancer.pick(requests[n % 1000] as PickRequest, eligible)
    }
    pickMany()
    // The best of some rounds: compiling and collecting happen beside them.
    const grown = Array.from({ length: 5 }, () => {
      const before = process.memoryUsage().heapUsed
      pickMany()
      return Math.abs(process.memoryUsage().heapUsed - before)
    })
    expect(Math.min(...grown) / 200_000).toBeLessThan(1)
  })
})
