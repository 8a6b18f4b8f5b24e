import type { Explanation } from '@switchyard/core/balancers/explain'
import type { StrategyConfig } from '@switchyard/core/balancers/union'
import { type KnownHealth, targetsOf, type WrittenUpstream, withHealth } from './predicted.ts'

/** So many are enough for a share to a tenth of a percent, and take a moment. */
export const picksToExplain = 20_000

/** The same picks each time, so that a figure moves only when something has changed. */
const seed = 1

/**
 * What each target is expected to get, and why one gets nothing, with the health there is. Undefined where the strategy
 * cannot work with what is typed. What works it out is loaded when it is wanted.
 */
export async function explainUpstream(
  upstream: WrittenUpstream,
  known: KnownHealth | undefined,
): Promise<Explanation | undefined> {
  const { explainBalancing } = await import('@switchyard/core/balancers/explain')
  const { tierMinPercent } = upstream
  const strategy = (upstream.strategy ?? { type: 'weighted-round-robin' }) as StrategyConfig
  const targets = targetsOf(upstream)
  try {
    return explainBalancing(strategy, known === undefined ? targets : withHealth(targets, known, strategy), {
      picks: picksToExplain,
      seed,
      tierMinPercent: typeof tierMinPercent === 'number' ? tierMinPercent : 0,
    })
  } catch {
    return undefined
  }
}
