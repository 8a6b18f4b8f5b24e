import { expect, test } from 'vitest'
import { nextSorting, readSorting, sortRows } from './sort-rows.ts'

test('a column is sorted upwards, then downwards, then as it comes', () => {
  const first = nextSorting(undefined, 'rate')
  const second = nextSorting(readSorting(first), 'rate')
  expect([first, second, nextSorting(readSorting(second), 'rate')]).toEqual(['rate', '-rate', ''])
  expect(nextSorting(readSorting('-rate'), 'id')).toBe('id')
})

test('numbers in names count as numbers, and equal rows stay in their order', () => {
  expect(sortRows(['a10', 'a2', 'b1'], 'up', (name) => name)).toEqual(['a2', 'a10', 'b1'])
  const rows = [
    { id: 'x', rate: 1 },
    { id: 'y', rate: 2 },
    { id: 'z', rate: 1 },
  ]
  expect(sortRows(rows, 'down', ({ rate }) => rate).map(({ id }) => id)).toEqual(['y', 'x', 'z'])
})
