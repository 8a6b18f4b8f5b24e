/**
 * @typedef {object} Counts Of tests.
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @type {Counts} */
export const none = { passed: 0, failed: 0, skipped: 0 }

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/**
 * Reads vitest's JSON report. A file that could not even be loaded counts as one failure, and so does a run that
 * ended with an error nobody else accounts for.
 *
 * @param {unknown} report Undefined when there is none.
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  const { testResults = [] } =
    /** @type {{ testResults?: { status: string, assertionResults: { status: string }[] }[] }} */ (report ?? {})
  const counts = { ...none }
  for (const file of testResults) {
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed++
      else if (status === 'failed') counts.failed++
      else counts.skipped++
    }
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) counts.failed++
  }
  return withUnexplained(counts, exitCode)
}

/**
 * Reads the figures of Playwright's JSON report.
 *
 * @param {unknown} report Undefined when there is none.
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countPlaywright(report, exitCode) {
  const { stats = {} } = /** @type {{ stats?: Record<string, number> }} */ (report ?? {})
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = stats
  return withUnexplained({ passed: expected + flaky, failed: unexpected, skipped }, exitCode)
}

/**
 * @param {Counts} counts
 * @param {number} exitCode
 */
const withUnexplained = (counts, exitCode) =>
  exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts

/**
 * The last line of `npm test`.
 *
 * @param {Counts} counts
 */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
