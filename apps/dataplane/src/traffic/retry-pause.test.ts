import { expect, test } from 'vitest'
import { pauseMs } from './retry-pause.ts'

test('the bound of the pause doubles with each retry, up to ten times the first', () => {
  const bounds = [1, 2, 3, 4, 5, 6, 10].map((retry) => pauseMs(retry, 25, 1))
  expect(bounds).toEqual([25, 50, 100, 200, 250, 250, 250])
})

test('the pause is anything from nothing to its bound', () => {
  expect([0, 0.25, 0.5].map((random) => pauseMs(2, 25, random))).toEqual([0, 12.5, 25])
  expect(pauseMs(3, 0, 0.9)).toBe(0)
})
