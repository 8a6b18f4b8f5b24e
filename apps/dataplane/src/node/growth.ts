/**
 * Adds to sums what was counted since: whoever counts tells how far it is. One that is behind where it was has begun
 * anew, and what it tells now comes on top.
 *
 * @param sum changed in place; as long as `now`
 * @param before what it told last, if anything
 */
export function addGrowth(sum: number[], before: readonly number[] | undefined, now: readonly number[]): void {
  const from = before !== undefined && reaches(now, before) ? before : undefined
  for (let i = 0; i < now.length; i++) sum[i] = (sum[i] ?? 0) + (now[i] ?? 0) - (from?.[i] ?? 0)
}

function reaches(now: readonly number[], before: readonly number[]): boolean {
  for (let i = 0; i < now.length; i++) if ((now[i] ?? 0) < (before[i] ?? 0)) return false
  return true
}
