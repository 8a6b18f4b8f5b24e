import { type Severity, severity } from './attempt-severity.ts'

/** What an attempt that failed counts as, at least and at most, whatever it really took. */
const leastMs = 1000
const mostMs = 60_000

/**
 * What a failed attempt counts as in the average of how long answers take. A connection that is refused takes no time at all;
 * counted as that, a target that is down would attract all traffic. So a failure counts as twice what was known, and as a
 * second at least: those in a row soon make a target slower than any other. An answer of 500 may be about the request alone: it
 * counts as twice what was known, and no more than that.
 *
 * @param ms what it took
 * @param known the average up to now; NaN while there is none
 */
export function failedMs(ms: number, how: Severity, known: number): number {
  const twice = known > 0 ? Math.min(2 * known, mostMs) : 0
  return Math.max(ms, twice, how >= severity.failed ? leastMs : 0)
}
