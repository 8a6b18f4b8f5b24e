import { expect, test } from 'vitest'
import { createIds } from './ids.ts'

test('ids have the form of trace ids, spans that of span ids', () => {
  const ids = createIds()
  for (let i = 0; i < 300; i++) {
    expect(ids.next()).toMatch(/^[0-9a-f]{32}$/)
    expect(ids.span()).toMatch(/^[0-9a-f]{16}$/)
  }
})

test('no id comes twice, also when the pool is filled anew', () => {
  const [one, other] = [createIds(), createIds()]
  const made = Array.from({ length: 20_000 }, () => [one.next(), other.next(), one.span(), other.span()]).flat()
  expect(new Set(made).size).toBe(made.length)
})

test('every digit is as likely as any other, at every place', () => {
  const ids = createIds()
  const seen = Array.from({ length: 32 }, () => new Map<string, number>())
  for (let i = 0; i < 16_000; i++) {
    for (const [place, digit] of [...ids.next()].entries()) seen[place]?.set(digit, (seen[place]?.get(digit) ?? 0) + 1)
  }
  // 1,000 expected, with a standard deviation of 31: 7 of them are never reached by chance.
  for (const counts of seen) for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(220)
})
