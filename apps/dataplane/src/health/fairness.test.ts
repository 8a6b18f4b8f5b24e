import { expect, test } from 'vitest'
import { Fairness } from './fairness.ts'

const even = () =>
  new Map([
    ['a', 0.5],
    ['b', 0.5],
  ])
const counts = (a: number, b: number) =>
  new Map([
    ['a', a],
    ['b', b],
  ])

test('it is how much more than its share the most favoured target gets', () => {
  const fairness = new Fairness()
  fairness.look(counts(1000, 0), even, 0)
  fairness.look(counts(1050, 50), even, 2000)
  expect(fairness.at(2000)).toBe(1)
  fairness.look(counts(1150, 50), even, 4000)
  expect(fairness.at(4000)).toBe(1.5)
})

test('with little traffic nothing is said', () => {
  const fairness = new Fairness()
  fairness.look(counts(0, 0), even, 0)
  fairness.look(counts(49, 50), even, 1000)
  expect(fairness.at(1000)).toBeNull()
  fairness.look(counts(50, 50), even, 2000)
  expect(fairness.at(2000)).toBe(1)
})

test('what is expected is weighed by the traffic that there was while it was', () => {
  const fairness = new Fairness()
  fairness.look(counts(0, 0), even, 0)
  fairness.look(counts(100, 100), even, 2000)
  fairness.look(counts(500, 100), () => new Map([['a', 1]]), 4000)
  expect(fairness.at(4000)).toBe(1)
})

test('while nothing can be expected, traffic does not count; a minute later it is forgotten', () => {
  const fairness = new Fairness()
  fairness.look(counts(0, 0), even, 0)
  fairness.look(counts(900, 0), () => undefined, 2000)
  fairness.look(counts(1000, 100), even, 4000)
  expect(fairness.at(4000)).toBe(1)
  expect(fairness.at(59_000)).toBe(1)
  expect(fairness.at(70_000)).toBeNull()
})

test('once a target has come, shares are compared from then on', () => {
  const fairness = new Fairness()
  fairness.look(new Map([['a', 0]]), () => new Map([['a', 1]]), 0)
  fairness.look(counts(100, 5000), even, 2000)
  expect(fairness.at(2000)).toBeNull()
  fairness.look(counts(200, 5100), even, 4000)
  expect(fairness.at(4000)).toBe(1)
})
