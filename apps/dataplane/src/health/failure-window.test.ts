import { expect, test } from 'vitest'
import { FailureWindow } from './failure-window.ts'

test('what is older than the window is gone, by the second', () => {
  const window = new FailureWindow(3000)
  window.add(10, 4, 500)
  window.add(10, 1, 1500)
  expect(window.add(0, 0, 2999)).toEqual({ total: 20, failed: 5 })
  expect(window.add(0, 0, 3000)).toEqual({ total: 10, failed: 1 })
  expect(window.add(5, 5, 100_000)).toEqual({ total: 5, failed: 5 })
})

test('a window of a day is as exact as an hour is to it, and takes no more memory', () => {
  const window = new FailureWindow(86_400_000)
  for (let minute = 0; minute < 2880; minute++) window.add(1, 0, minute * 60_000)
  const { total } = window.add(0, 0, 2880 * 60_000)
  expect(total).toBeGreaterThan(1440 - 30)
  expect(total).toBeLessThanOrEqual(1440)
})
