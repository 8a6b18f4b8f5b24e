import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Balancer, Target } from './contract.ts'
import { checkStrategy, createBalancer, predictShares } from './create.ts'

const strategy = { type: 'consistent-hash', key: { from: 'header', name: 'x-key' } } as const
const services = { random: () => 0 }

const targetsOf = (weights: readonly number[]): Target[] =>
  weights.map((weight, n) => ({
    id: `t${n}`,
    host: `10.0.0.${n}`,
    port: '8080',
    weight,
    inFlight: 0,
    ramp: 1,
    latencyMs: Number.NaN,
  }))

function pick(balancer: Balancer, key: string, eligible: (target: Target) => boolean = () => true) {
  return balancer.pick({ clientIp: '', host: '', url: '/', header: () => key }, eligible)?.id
}

const keys = Array.from({ length: 4000 }, (_, n) => `key ${n}`)

test('when a target leaves, its own keys move and no others, about as many as its share', () => {
  const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 20 })
  fc.assert(
    fc.property(weights, fc.nat(), (weights, at) => {
      const targets = targetsOf(weights)
      const leaving = targets[at % targets.length] as Target
      const before = createBalancer(strategy, targets, services)
      const after = createBalancer(
        strategy,
        targets.filter((target) => target !== leaving),
        services,
      )
      let moved = 0
      for (const key of keys) {
        const was = pick(before, key)
        if (was === leaving.id) moved++
        else expect(pick(after, key)).toBe(was)
      }
      const share = leaving.weight / weights.reduce((sum, weight) => sum + weight, 0)
      // The arcs of one target vary by about a tenth of its share, and the keys that were drawn by their own chance.
      const deviation = share / Math.sqrt(160 * leaving.weight) + Math.sqrt((share * (1 - share)) / keys.length)
      expect(Math.abs(moved / keys.length - share)).toBeLessThan(5 * deviation)
    }),
    { seed: 21, numRuns: 40 },
  )
})

test('a target that is not eligible gives its keys to those that would have them without it', () => {
  const targets = targetsOf([1, 2, 3, 1, 1])
  const balancer = createBalancer(strategy, targets, services)
  const without = createBalancer(strategy, targets.slice(1), services)
  for (const key of keys) expect(pick(balancer, key, (target) => target !== targets[0])).toBe(pick(without, key))
})

test('when a weight grows, keys only move to that target', () => {
  const before = createBalancer(strategy, targetsOf([2, 2, 2]), services)
  const after = createBalancer(strategy, targetsOf([2, 5, 2]), services)
  for (const key of keys) {
    const now = pick(after, key)
    if (now !== 't1') expect(now).toBe(pick(before, key))
  }
})

test('the order of the targets and their ids do not matter', () => {
  const targets = targetsOf([1, 2, 3, 4])
  const one = createBalancer(strategy, targets, services)
  const other = createBalancer(strategy, targets.toReversed(), services)
  for (const key of keys) expect(pick(other, key)).toBe(pick(one, key))
})

test('targets with the same host and port share their keys by weight', () => {
  const targets = targetsOf([1, 3, 2]).map((target, n) => ({ ...target, host: n < 2 ? 'same' : 'other' }))
  const balancer = createBalancer(strategy, targets, services)
  const key = keys.find((key) => pick(balancer, key) !== 't2') as string
  const picked = Array.from({ length: 400 }, () => pick(balancer, key))
  expect(picked.filter((id) => id === 't0').length).toBe(100)
  expect(picked.filter((id) => id === 't1').length).toBe(300)

  const written = targets.map(({ id, host, port, weight }) => ({ id, url: `http://${host}:${port}`, weight }))
  const [first = 0, second = 0, third = 0] = predictShares(strategy, written)
  expect(second).toBeCloseTo(3 * first, 12)
  expect(first + second + third).toBeCloseTo(1, 12)
})

test('without a key, and with the ring at its end, turns are taken', () => {
  const balancer = createBalancer(strategy, targetsOf([5, 1, 1]), services)
  expect(Array.from({ length: 7 }, () => pick(balancer, '')).join(' ')).toBe('t0 t0 t1 t0 t2 t0 t0')
})

test('refuses more than 1,048,576 points', () => {
  const weighing = (weight: number) => [{ id: 'a', url: 'http://a', weight }]
  expect(checkStrategy(strategy, weighing(6553))).toEqual([])
  expect(checkStrategy(strategy, weighing(6554))).toEqual([
    'These weights make 1048640 points, 160 per unit; 1048576 are allowed. Use weights that add up to 6553 at most.',
  ])
})
