import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Balancer, Target } from './contract.ts'
import { checkStrategy, createBalancer, predictShares } from './create.ts'
import { explainMove } from './explain.ts'
import { buildMaglevTable } from './maglev-table.ts'

const strategy = { type: 'maglev', key: { from: 'header', name: 'x-key' } } as const
const hundred = (weight: (n: number) => number = () => 1) =>
  Array.from({ length: 100 }, (_, n) => ({ id: `t${n}`, url: `http://10.0.1.${n}:8080`, weight: weight(n) }))

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

test('of 100 targets, each has its share within 2 %', () => {
  for (const share of predictShares(strategy, hundred())) expect(Math.abs(share * 100 - 1)).toBeLessThan(0.02)
  const weighted = hundred((n) => 1 + (n % 4))
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  predictShares(strategy, weighted).forEach((share, n) => {
    expect(Math.abs((share * total) / (weighted[n]?.weight as number) - 1)).toBeLessThan(0.02)
  })
})

test('when one of 100 leaves, at most 1/n and 5 points of the keys move; and when one comes', () => {
  const all = hundred()
  for (const leaving of [0, 17, 42, 99]) {
    const rest = all.filter((_, n) => n !== leaving)
    expect(explainMove(strategy, all, rest)?.moved).toBeLessThan(0.01 + 0.05)
    expect(explainMove(strategy, rest, all)?.moved).toBeLessThan(0.01 + 0.05)
  }
  const moved = explainMove(
    strategy,
    all,
    hundred((n) => (n === 3 ? 2 : 1)),
  )
  expect(moved?.moved).toBeLessThan(0.01 + 0.05)
  expect(moved?.moved).toBeGreaterThanOrEqual(moved?.least as number)
})

test('every place is taken, in proportion to weight, however far weights are apart', () => {
  const weights = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(weights, (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const counts = weights.map(() => 0)
      for (const owner of buildMaglevTable(targetsOf(weights))) counts[owner] = (counts[owner] as number) + 1
      counts.forEach((count, n) => {
        const due = total === 0 ? 0 : ((weights[n] as number) / total) * 65_537
        expect(Math.abs(count - due)).toBeLessThanOrEqual(weights.length)
      })
    }),
    { seed: 5, numRuns: 25 },
  )
})

test('the order of the targets and their ids do not matter', () => {
  const targets = targetsOf([1, 2, 3, 4])
  const one = createBalancer(strategy, targets, { random: () => 0 })
  const renamed = targets.toReversed().map((target) => ({ ...target, id: `renamed ${target.id}` }))
  const other = createBalancer(strategy, renamed, { random: () => 0 })
  for (const key of keys) expect(pick(other, key)).toBe(`renamed ${pick(one, key)}`)
})

test('a target that is out gives its keys to all others, takes none of theirs, and has them back', () => {
  const balancer = createBalancer(strategy, targetsOf([1, 1, 1, 1, 1]), { random: () => 0 })
  const before = keys.map((key) => pick(balancer, key))
  const heirs = new Map<string | undefined, number>()
  keys.forEach((key, n) => {
    const now = pick(balancer, key, ({ id }) => id !== 't2')
    if (before[n] !== 't2') expect(now).toBe(before[n])
    else heirs.set(now, (heirs.get(now) ?? 0) + 1)
  })
  expect([...heirs.keys()].sort()).toEqual(['t0', 't1', 't3', 't4'])
  for (const count of heirs.values()) expect(count).toBeGreaterThan(keys.length / 5 / 4 / 2)
  expect(keys.map((key) => pick(balancer, key))).toEqual(before)
})

test('targets with the same host and port have keys of their own', () => {
  const targets = targetsOf([1, 1]).map((target) => ({ ...target, host: 'same' }))
  const balancer = createBalancer(strategy, targets, { random: () => 0 })
  const picked = new Set(keys.map((key) => pick(balancer, key)))
  expect([...picked].sort()).toEqual(['t0', 't1'])
})

test('a table for 10,000 targets is built while a request may wait', () => {
  const targets = targetsOf(Array.from({ length: 10_000 }, (_, n) => 1 + (n % 7)))
  const begun = performance.now()
  expect(buildMaglevTable(targets).length).toBe(65_537)
  expect(performance.now() - begun).toBeLessThan(10_000)
})

test('without a key, turns are taken', () => {
  const balancer = createBalancer(strategy, targetsOf([5, 1, 1]), { random: () => 0 })
  expect(Array.from({ length: 7 }, () => pick(balancer, '')).join(' ')).toBe('t0 t0 t1 t0 t2 t0 t0')
})

test('refuses a weight that would have no place', () => {
  const weighing = (...weights: number[]) => weights.map((weight, n) => ({ id: `t${n}`, url: `http://h${n}`, weight }))
  expect(checkStrategy(strategy, weighing(1, 65_535))).toEqual([])
  expect(checkStrategy(strategy, weighing(1, 65_535, 2, 0))).toEqual([
    'A weight of 1 among 65538 in all is less than one of 65537 places. Use weights that are nearer to each other.',
  ])
})
