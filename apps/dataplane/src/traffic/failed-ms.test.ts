import { PeakEwma } from '@switchyard/core/balancers/peak-ewma'
import { expect, test } from 'vitest'
import { severity } from './attempt-severity.ts'
import { failedMs } from './failed-ms.ts'

test('a failure counts as a second at least, twice what was known, and never less than it took', () => {
  const { failed, notConnected } = severity
  expect(failedMs(1, notConnected, Number.NaN)).toBe(1000)
  expect(failedMs(1, failed, 20)).toBe(1000)
  expect(failedMs(1, failed, 3000)).toBe(6000)
  expect(failedMs(1, failed, 50_000)).toBe(60_000)
  expect(failedMs(90_000, failed, 50_000)).toBe(90_000)
})

test('an answer of 500 counts as twice what was known and no more, so that many in a row show and one is soon forgotten', () => {
  const { answered5xx } = severity
  expect(failedMs(1, answered5xx, Number.NaN)).toBe(1)
  expect(failedMs(1, answered5xx, 20)).toBe(40)
  expect(failedMs(50, answered5xx, 20)).toBe(50)
})

test('a target that fails at once, again and again, is soon slower than one whose answers take a minute', () => {
  const latency = new PeakEwma()
  let time = 0
  for (let attempt = 0; attempt < 8; attempt++, time += 100) {
    latency.observe(failedMs(0.5, severity.notConnected, latency.read(time)), time)
  }
  expect(latency.read(time)).toBeGreaterThan(50_000)
})
