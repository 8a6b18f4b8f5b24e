/**
 * Adds to sums what was counted since: whoever counts tells how far it is. One that is behind where it was has begun
 * anew, and what it tells now comes on top.
 *
 * @param sum changed in place; as long as `now`
 * @param before what it told last, if anything
 */
export function addGrowth(sum: number[], before: readonly number[] | undefined, now: readonly number[]): void {
  const anew = before === undefined || now.some((value, index) => value < (before[index] ?? 0))
  for (const [index, value] of now.entries()) {
    sum[index] = (sum[index] ?? 0) + value - (anew ? 0 : (before[index] ?? 0))
  }
}
