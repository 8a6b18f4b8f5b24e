import { expect, test } from 'vitest'
import { relativeTime } from './relative-time.ts'

const now = Date.parse('2026-03-01T12:00:00Z')

test.each([
  ['2026-03-01T11:59:59.500Z', 'now'],
  ['2026-03-01T11:59:20Z', '40 s ago'],
  ['2026-03-01T11:55:01Z', '4 min ago'],
  ['2026-02-28T13:00:00Z', '23 h ago'],
  ['2026-02-26T12:00:00Z', '3 d ago'],
  ['2026-03-04T13:00:00Z', 'in 3 d'],
  ['2025-03-01T12:00:00Z', '2025-03-01'],
  ['no time', '–'],
])('%s is %s', (time, text) => {
  expect(relativeTime(time, now)).toBe(text)
})
