import { expect, test } from 'vitest'
import { add, closingLine, countPlaywright, countVitest, none } from './test-counts.mjs'

const file = (status: string, ...tests: string[]) => ({ status, assertionResults: tests.map((t) => ({ status: t })) })

test('vitest results are counted test by test', () => {
  const report = { testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'failed', 'passed')] }
  expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 1, skipped: 1 })
})

test('a test file that cannot be loaded is a failure', () => {
  expect(countVitest({ testResults: [file('failed')] }, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a run that ends badly without a failed test is a failure', () => {
  expect(countVitest({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1)
  expect(countVitest(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  expect(countPlaywright(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('Playwright figures are added to those of vitest', () => {
  const browser = countPlaywright({ stats: { expected: 4, unexpected: 1, flaky: 0, skipped: 2 } }, 1)
  expect(add({ ...none, passed: 2 }, browser)).toEqual({ passed: 6, failed: 1, skipped: 2 })
})

test('the closing line names skipped tests only when there are any', () => {
  expect(closingLine({ passed: 2, failed: 0, skipped: 0 })).toBe('2 passed, 0 failed')
  expect(closingLine({ passed: 2, failed: 1, skipped: 3 })).toBe('2 passed, 1 failed, 3 skipped')
})
