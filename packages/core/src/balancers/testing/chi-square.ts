/**
 * Pearson's statistic of counts against what was expected of independent draws: Σ (count - expected)² / expected. A share
 * of 0 must have a count of 0; it has no degree of freedom.
 */
export function chiSquare(counts: readonly number[], shares: readonly number[]): { statistic: number; limit: number } {
  const draws = counts.reduce((sum, count) => sum + count, 0)
  let statistic = 0
  let freedom = -1
  counts.forEach((count, index) => {
    const expected = draws * (shares[index] as number)
    if (expected === 0) {
      if (count > 0) statistic = Number.POSITIVE_INFINITY
      return
    }
    statistic += (count - expected) ** 2 / expected
    freedom++
  })
  return { statistic, limit: freedom === 0 ? 0 : quantile(freedom) }
}

/** What chance exceeds once in a thousand times: the approximation of Wilson and Hilferty (1931), 3.09 deviations. */
function quantile(freedom: number): number {
  const part = 2 / (9 * freedom)
  return freedom * (1 - part + 3.09 * Math.sqrt(part)) ** 3
}
