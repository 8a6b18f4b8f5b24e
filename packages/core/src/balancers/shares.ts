import type { Eligible, Target } from './contract.ts'

/** What each is of the sum of all; all 0 when the sum is. */
export function inProportion(parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0)
  return parts.map((part) => (total === 0 ? 0 : part / total))
}

/** Shares in proportion to weight, as much of it as counts in slow start. */
export function weightShares(targets: readonly Target[], _options: unknown, eligible: Eligible): number[] {
  return inProportion(targets.map((target) => (eligible(target) ? target.weight * target.ramp : 0)))
}
