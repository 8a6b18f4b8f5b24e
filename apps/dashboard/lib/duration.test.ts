import { expect, test } from 'vitest'
import { clockText, roundDuration } from './duration.ts'

test('a length of time is said in its largest unit, and never more than it is', () => {
  expect(roundDuration(59_999)).toEqual({ count: 59, unit: 'seconds' })
  expect(roundDuration(119_000)).toEqual({ count: 1, unit: 'minutes' })
  expect(roundDuration(2 * 3_600_000)).toEqual({ count: 2, unit: 'hours' })
  expect(roundDuration(3 * 86_400_000 + 5)).toEqual({ count: 3, unit: 'days' })
  expect(roundDuration(-5000)).toEqual({ count: 0, unit: 'seconds' })
})

test('a countdown reaches zero when the time is over, and stays there', () => {
  expect(clockText(42_000)).toBe('00:42')
  expect(clockText(41_001)).toBe('00:42')
  expect(clockText(600_000)).toBe('10:00')
  expect(clockText(3_900_000)).toBe('1:05:00')
  expect(clockText(0)).toBe('00:00')
  expect(clockText(-1)).toBe('00:00')
})
