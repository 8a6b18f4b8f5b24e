import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { strategyUnion } from './union.ts'

type Live = { -readonly [Key in keyof Target]: Target[Key] }

const key = { from: 'header', name: 'x-key' }
const request = (value: string) => ({ clientIp: '', host: '', url: '/', header: () => value })

function targetsOf(weights: readonly number[]): Live[] {
  return weights.map((weight, n) => ({
    id: `t${n}`,
    host: `10.0.0.${n}`,
    port: '80',
    weight,
    ramp: 1,
    inFlight: 0,
    latencyMs: Number.NaN,
  }))
}

describe.each(['consistent-hash', 'maglev'])('%s', (type) => {
  const balance = (targets: readonly Target[], load: { inFlight: number; weight: number }, maxLoadFactor = 1.25) =>
    createBalancer(strategyUnion.parse({ type, key, maxLoadFactor }), targets, { random: () => 0, load })

  test('no target is taken beyond its bound while an eligible one is below its own', () => {
    const weights = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 })
    // Few keys, so that they are hot; requests end at any time, and targets go out and come back.
    const steps = fc.array(
      fc.record({
        key: fc.nat({ max: 3 }),
        end: fc.nat({ max: 30 }),
        mask: fc.nat({ max: 4095 }),
        mostly: fc.boolean(),
      }),
      { minLength: 50, maxLength: 200 },
    )
    const ramps = fc.array(fc.constantFrom(1, 1, 1, 0.5, 0.1), { minLength: 12, maxLength: 12 })
    const factors = fc.constantFrom(1.01, 1.25, 2, 10)
    fc.assert(
      fc.property(weights, steps, ramps, factors, (weights, steps, ramps, factor) => {
        const targets = targetsOf(weights)
        targets.forEach((target, n) => {
          target.ramp = ramps[n] as number
        })
        const load = { inFlight: 0, weight: 0 }
        const balancer = balance(targets, load, factor)
        const inHand: Live[] = []
        for (const step of steps) {
          const eligible = (target: Target) =>
            target.weight > 0 && (step.mostly || ((step.mask >> targets.indexOf(target as Live)) & 1) === 1)
          load.weight = targets.reduce((sum, one) => sum + (eligible(one) ? one.weight * one.ramp : 0), 0)
          const bound = ({ weight, ramp }: Target) =>
            Math.ceil((factor * (load.inFlight + 1) * weight * ramp) / load.weight)
          const below = targets.filter((target) => eligible(target) && target.inFlight + 1 <= bound(target))
          const picked = balancer.pick(request(`key ${step.key}`), eligible) as Live | undefined
          if (below.length > 0) expect(below).toContain(picked)
          if (picked !== undefined) {
            expect(eligible(picked)).toBe(true)
            picked.inFlight++
            load.inFlight++
            inHand.push(picked)
          }
          if (step.end < inHand.length) {
            const [ended] = inHand.splice(step.end, 1) as [Live]
            ended.inFlight--
            load.inFlight--
          }
        }
      }),
      { seed: 8, numRuns: 150 },
    )
  })

  test('a key that all ask for fills one target after the other, always in the same order', () => {
    const order = () => {
      const targets = targetsOf([1, 1, 1, 1, 1, 1, 1, 1])
      const load = { inFlight: 0, weight: 8 }
      const balancer = balance(targets, load)
      const seen = new Set<string>()
      for (let n = 0; n < 400; n++) {
        const picked = balancer.pick(request('hot'), () => true) as Live
        picked.inFlight++
        load.inFlight++
        seen.add(picked.id)
      }
      // 1.25 times 50 each: most of them are full, and nobody has more.
      expect(Math.max(...targets.map(({ inFlight }) => inFlight))).toBe(63)
      return [...seen]
    }
    expect(order()).toEqual(order())
  })

  test('with little in hand, and without anybody who counts it, every key stays where it is without a bound', () => {
    const targets = targetsOf([3, 2, 5, 1])
    const plain = createBalancer(strategyUnion.parse({ type, key }), targets, { random: () => 0 })
    const bounded = balance(targets, { inFlight: 0, weight: 11 })
    const uncounted = createBalancer(strategyUnion.parse({ type, key, maxLoadFactor: 1.25 }), targets, {
      random: () => 0,
    })
    for (let n = 0; n < 1000; n++) {
      const expected = plain.pick(request(`${n}`), () => true)
      expect(bounded.pick(request(`${n}`), () => true)).toBe(expected)
      expect(uncounted.pick(request(`${n}`), () => true)).toBe(expected)
    }
  })
})
