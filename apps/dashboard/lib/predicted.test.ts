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
