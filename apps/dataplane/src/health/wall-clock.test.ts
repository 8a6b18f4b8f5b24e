import { expect, test } from 'vitest'
import { createWallClock } from './wall-clock.ts'

test('a time is written alike however the clocks round, and anew when the wall clock was set', () => {
  const began = Date.parse('2026-01-01T00:00:00.000Z')
  let set = 0
  let now = 0.9
  const toTime = createWallClock(
    () => Math.floor(began + now + set),
    () => now,
  )
  const first = toTime(100)
  for (const time of [1.1, 50.5, 99.99]) {
    now = time
    expect(toTime(100)).toBe(first)
  }
  expect(Math.abs(Date.parse(first) - (began + 100))).toBeLessThan(2)
  set = 3_600_000
  expect(Date.parse(toTime(100)) - Date.parse(first)).toBeGreaterThan(3_599_000)
})
