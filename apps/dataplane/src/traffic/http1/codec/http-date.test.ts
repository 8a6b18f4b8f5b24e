import { expect, test } from 'vitest'
import { HttpDate } from './http-date.ts'

test('a date is that of RFC 9110, and changes with the second', () => {
  const date = new HttpDate()
  expect(date.at(784_111_777_000)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  expect(date.at(784_111_777_999)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  expect(date.at(784_111_778_000)).toBe('Sun, 06 Nov 1994 08:49:38 GMT')
})
