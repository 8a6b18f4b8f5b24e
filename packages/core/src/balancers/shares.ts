import type { Target } from './contract.ts'

/** Shares in proportion to weight. */
export function weightShares(targets: readonly Target[]): number[] {
  const total = targets.reduce((sum, target) => sum + target.weight, 0)
  return targets.map((target) => (total === 0 ? 0 : target.weight / total))
}
