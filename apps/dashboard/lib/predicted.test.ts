import { expect, test } from 'vitest'
import { predictedShares, strategyTypeOf } from './predicted.ts'

const target = (id: string, rest: object = {}) => ({ id, url: `http://${id}:80`, ...rest })

test('an upstream without a strategy is predicted as weighted round robin, weights of 1 where none is written', () => {
  const shares = predictedShares({ targets: [target('a', { weight: 5 }), target('b')] })
  expect(shares.get('a')).toBeCloseTo(5 / 6)
  expect(shares.get('b')).toBeCloseTo(1 / 6)
  expect(strategyTypeOf({})).toBe('weighted-round-robin')
})

test('what drains or is off gets nothing', () => {
  const shares = predictedShares({
    targets: [target('a'), target('b', { drain: true }), target('c', { enabled: false })],
  })
  expect([...shares.values()]).toEqual([1, 0, 0])
})

test('what cannot be predicted gives nothing instead of failing', () => {
  expect(predictedShares({ strategy: { type: 'no-such-thing' }, targets: [target('a')] }).size).toBe(0)
  expect(predictedShares({ targets: 'none' }).size).toBe(0)
})

const well = (effectiveWeight = 1, over = {}) => ({
  state: 'healthy' as const,
  since: '',
  effectiveWeight,
  draining: null,
  slowStartUntil: null,
  nodes: [],
  ...over,
})
const known = (targets: Record<string, ReturnType<typeof well>>, served: Record<string, number>, over = {}) => ({
  health: { noneEligible: [], tier: 0, breaker: null, fairness: null, targets, ...over },
  served: new Map(Object.entries(served)),
})
const out = { state: 'ejected' as 'healthy' }

test('what is not well gets nothing, and the others get its share', () => {
  const targets = [target('a'), target('b'), target('c')]
  const shares = predictedShares({ targets }, known({ a: well(), b: well(0, out), c: well() }, { a: 1, b: 1, c: 1 }))
  expect([...shares.values()]).toEqual([0.5, 0, 0.5])
})

test('in slow start a target gets as much as counts of the weight that nodes have, also while another one is typed', () => {
  const targets = [target('a', { weight: 4 }), target('b', { weight: 8 })]
  const slow = well(1, { slowStartUntil: '2026-01-01T00:00:00.000Z' })
  expect(predictedShares({ targets }, known({ a: well(4), b: slow }, { a: 4, b: 4 })).get('b')).toBeCloseTo(1 / 3)
  expect(predictedShares({ targets }, known({ a: well(4), b: well(1) }, { a: 4, b: 1 })).get('b')).toBeCloseTo(2 / 3)
})

test('backups get traffic when too few before them are well', () => {
  const targets = [target('a'), target('b'), target('spare', { tier: 1 })]
  const half = known({ a: well(), b: well(0, out), spare: well() }, { a: 1, b: 1, spare: 1 })
  expect(predictedShares({ targets }, half).get('a')).toBe(1)
  expect(predictedShares({ targets, tierMinPercent: 60 }, half).get('spare')).toBe(1)
})

test('while nodes answer 503, or another upstream serves, no target gets anything', () => {
  const bad = { a: well(0, out), b: well(0, out) }
  const serving = { a: 1, b: 1 }
  const none = (choice: string) => known(bad, serving, { noneEligible: [{ node: 'one', choice }] })
  const targets = [target('a'), target('b')]
  expect([...predictedShares({ targets }, none('fail')).values()]).toEqual([0, 0])
  expect([...predictedShares({ targets }, none('other')).values()]).toEqual([0, 0])
  expect([...predictedShares({ targets }, none('use-all')).values()]).toEqual([0.5, 0.5])
})
