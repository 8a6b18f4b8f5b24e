import { expect, test } from 'vitest'
import { moveWeight, pairsToDrag } from './drag-weights.ts'

const target = (id: string, weight: number, predicted: number) => ({ id, weight, saved: weight, predicted })

test('what is dragged goes from one weight to the other, and neither falls below 1', () => {
  expect(moveWeight(5, 3, 1)).toEqual({ left: 6, right: 2 })
  expect(moveWeight(5, 3, -9)).toEqual({ left: 1, right: 7 })
  expect(moveWeight(5, 3, 9)).toEqual({ left: 7, right: 1 })
})

test('neighbours that take traffic have a handle where they meet; what takes none is passed over', () => {
  const pairs = pairsToDrag([target('a', 5, 0.5), target('off', 9, 0), target('b', 3, 0.3), target('c', 2, 0.2)])
  expect(pairs.map(({ left, right, at }) => [left.id, right.id, at])).toEqual([
    ['a', 'b', 0.5],
    ['b', 'c', 0.8],
  ])
})

test('there is nothing to drag where the strategy does not follow the weights, or where both are 1', () => {
  expect(pairsToDrag([target('a', 5, 0.5), target('b', 1, 0.5)])).toEqual([])
  expect(pairsToDrag([target('a', 1, 0.5), target('b', 1, 0.5)])).toEqual([])
})
