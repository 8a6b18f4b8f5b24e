import { expect, test } from 'vitest'
import { RetryBudget } from './retry-budget.ts'

/** How many retries it allows at this time. */
function allowed(budget: RetryBudget, now: number, percent: number): number {
  let count = 0
  while (count < 10_000 && budget.take(now, percent)) count++
  return count
}

test('retries are a share of the requests', () => {
  const budget = new RetryBudget()
  for (let i = 0; i < 1000; i++) budget.request(0)
  expect(allowed(budget, 0, 20)).toBe(200)
  for (let i = 0; i < 500; i++) budget.request(5000)
  expect(allowed(budget, 5000, 20)).toBe(100)
})

test('an upstream with few requests may retry a little', () => {
  const budget = new RetryBudget()
  budget.request(0)
  expect(allowed(budget, 0, 20)).toBe(10)
  expect(allowed(new RetryBudget(), 0, 0)).toBe(10)
})

test('what was long ago counts no more, and what was a while ago by half', () => {
  const budget = new RetryBudget()
  for (let i = 0; i < 1000; i++) budget.request(0)
  expect(allowed(budget, 0, 20)).toBe(200)
  // Half of the requests, and half of the retries that were made of them.
  expect(allowed(budget, 11_000, 20)).toBe(0)
  for (let i = 0; i < 500; i++) budget.request(12_000)
  expect(allowed(budget, 12_000, 20)).toBe(100)
  for (let i = 0; i < 100; i++) budget.request(60_000)
  expect(allowed(budget, 60_000, 20)).toBe(20)
})
