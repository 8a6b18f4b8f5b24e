import { expect, test } from 'vitest'
import { backoff } from './backoff.ts'

const bounds = { firstMs: 100, mostMs: 5000 }

test('the wait doubles up to its bound', () => {
  const waits = [0, 1, 2, 3, 10, 1_000_000].map((tries) => backoff(tries, bounds, () => 1))
  expect(waits).toEqual([100, 200, 400, 800, 5000, 5000])
})

test('at least half of it is waited, whatever is drawn', () => {
  expect(backoff(3, bounds, () => 0)).toBe(400)
})
