import { predictShares, type WrittenTarget } from '@switchyard/core/balancers/create'
import type { StrategyConfig } from '@switchyard/core/balancers/union'

/** An upstream as written: only what its shares depend on. */
export interface WrittenUpstream {
  strategy?: unknown
  targets?: unknown
}

/** The targets as written; whatever is no list counts as none. */
export function targetsOf(upstream: WrittenUpstream): WrittenTarget[] {
  return Array.isArray(upstream.targets) ? upstream.targets : []
}

/** The strategy's tag; absent means the default of the schema. */
export function strategyTypeOf(upstream: WrittenUpstream): string {
  const { strategy } = upstream
  if (typeof strategy !== 'object' || strategy === null || !('type' in strategy)) return 'weighted-round-robin'
  return String(strategy.type)
}

/**
 * The share each target is expected to get, by its id. A value that is being typed may be wrong for its strategy; then
 * nothing is predicted, and the server says what is wrong.
 */
export function predictedShares(upstream: WrittenUpstream): Map<string, number> {
  const targets = targetsOf(upstream)
  try {
    const strategy = (upstream.strategy ?? { type: 'weighted-round-robin' }) as StrategyConfig
    const shares = predictShares(strategy, targets)
    return new Map(targets.map((target, i) => [target.id, shares[i] ?? 0]))
  } catch {
    return new Map()
  }
}
