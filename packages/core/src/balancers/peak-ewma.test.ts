import { expect, test } from 'vitest'
import { PeakEwma } from './peak-ewma.ts'

test('nothing is known before the first answer, which counts in full', () => {
  const average = new PeakEwma()
  expect(average.read(5000)).toBeNaN()
  average.observe(20, 5000)
  expect(average.read(5000)).toBe(20)
})

test('rises to a slow answer at once, and falls slowly', () => {
  const average = new PeakEwma(10_000)
  average.observe(10, 0)
  average.observe(500, 100)
  expect(average.read(100)).toBe(500)
  average.observe(10, 200)
  expect(average.read(200)).toBeGreaterThan(480)
})

test('with answers all the time, an old one counts 1/e after the decay', () => {
  const average = new PeakEwma(10_000)
  average.observe(1000, 0)
  for (let now = 10; now <= 10_000; now += 10) average.observe(0, now)
  expect(average.read(10_000)).toBeCloseTo(1000 / Math.E, 6)
})

test('without traffic it falls towards 0, so that a target that was slow once is tried again', () => {
  const average = new PeakEwma(10_000)
  average.observe(5000, 0)
  expect(average.read(10_000)).toBeCloseTo(5000 / Math.E, 6)
  expect(average.read(100_000)).toBeLessThan(1)
  // What it has fallen to is what a new answer is measured against.
  average.observe(30, 100_000)
  expect(average.read(100_000)).toBeCloseTo(30, 0)
})

test('a clock that stands still or goes back a little changes nothing', () => {
  const average = new PeakEwma()
  average.observe(50, 1000)
  expect(average.read(1000)).toBe(50)
  expect(average.read(900)).toBe(50)
})
