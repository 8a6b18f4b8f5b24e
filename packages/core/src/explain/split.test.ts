import { expect, test } from 'vitest'
import { createUpstreamChoice } from './split.ts'

const services = { random: () => 0.5, start: 0 }

test('a split takes turns by weight, from the beginning of the sequence', () => {
  const split = [
    { upstream: 'shop', weight: 2 },
    { upstream: 'next', weight: 1 },
    { upstream: 'off', weight: 0 },
  ]
  const choice = createUpstreamChoice({ forward: { split } }, services)
  expect(choice.split.map(({ share }) => share)).toEqual([2 / 3, 1 / 3, 0])
  expect(Array.from({ length: 6 }, choice.choose)).toEqual(['shop', 'next', 'shop', 'shop', 'next', 'shop'])
})

test('one upstream is always the choice, and none never', () => {
  expect(createUpstreamChoice({ forward: { upstream: 'shop' } }, services).choose()).toBe('shop')
  expect(createUpstreamChoice({}, services).choose()).toBeUndefined()
})
