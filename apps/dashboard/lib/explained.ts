import type { Explanation } from '@switchyard/core/balancers/explain'
import type { StrategyConfig } from '@switchyard/core/balancers/union'
import { targetsOf, type WrittenUpstream } from './predicted.ts'
import type { UpstreamHealth } from './trpc.ts'
import { isUsed } from './upstream-health.ts'

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
  health: UpstreamHealth | undefined,
): Promise<Explanation | undefined> {
  const { explainBalancing } = await import('@switchyard/core/balancers/explain')
  const { strategy = { type: 'weighted-round-robin' }, tierMinPercent } = upstream
  const targets = targetsOf(upstream).map((target) => {
    const known = health?.targets[target.id]
    return { ...target, healthy: known === undefined || isUsed(known) }
  })
  try {
    return explainBalancing(strategy as StrategyConfig, targets, {
      picks: picksToExplain,
      seed,
      tierMinPercent: typeof tierMinPercent === 'number' ? tierMinPercent : 0,
    })
  } catch {
    return undefined
  }
}
