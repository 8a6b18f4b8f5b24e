import { type KnownTarget, predictShares, type WrittenTarget } from '@switchyard/core/balancers/create'
import type { StrategyConfig } from '@switchyard/core/balancers/union'
import type { TargetHealth, UpstreamHealth } from './trpc.ts'
import { isUsed, isWell } from './upstream-health.ts'

/** An upstream as written: only what its shares depend on. */
export interface WrittenUpstream {
  strategy?: unknown
  tierMinPercent?: unknown
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

/** What nodes say of an upstream, and the weights they say it of, by target id: the draft may have others by now. */
export interface KnownHealth {
  health: UpstreamHealth
  served: ReadonlyMap<string, number>
}

/**
 * The share each target is expected to get, by its id: with all of them well, or with what is `known`, with those that are
 * used now and as much of their weights as counts. A value that is being typed may be wrong for its strategy; then nothing is predicted, and the server says
 * what is wrong.
 */
export function predictedShares(upstream: WrittenUpstream, known?: KnownHealth): Map<string, number> {
  const targets = targetsOf(upstream)
  const { tierMinPercent } = upstream
  try {
    const strategy = (upstream.strategy ?? { type: 'weighted-round-robin' }) as StrategyConfig
    const shares = predictShares(strategy, known === undefined ? targets : withHealth(targets, known, strategy), {
      tierMinPercent: typeof tierMinPercent === 'number' ? tierMinPercent : 0,
    })
    return new Map(targets.map((target, i) => [target.id, shares[i] ?? 0]))
  } catch {
    return new Map()
  }
}

/** Where a part of a weight counts, all are made larger first, to stay whole. */
const finer = 100

/** The targets with what is known of them: whether they are used, and as much of their weights as counts. Where weights place keys, they stay. */
export function withHealth(
  targets: readonly WrittenTarget[],
  { health, served }: KnownHealth,
  strategy: StrategyConfig,
): KnownTarget[] {
  const failing = health.noneEligible.length > 0 && health.noneEligible.every(({ choice }) => choice !== 'use-all')
  const ramps = targets.map(({ id, weight = 1 }) => rampOf(health.targets[id], served.get(id) ?? weight))
  const ramping = !('key' in strategy) && ramps.some((ramp) => ramp < 1)
  return targets.map((target, i) => {
    const known = health.targets[target.id]
    const weight = target.weight ?? 1
    return {
      ...target,
      ...(ramping && { weight: Math.ceil(weight * finer * (ramps[i] ?? 1)) }),
      ...(failing && { weight: 0 }),
      healthy: known === undefined || isUsed(known),
    }
  })
}

/** The part of a weight that counts: in slow start, and of a target that is out at some of the nodes but not at all. */
function rampOf(health: TargetHealth | undefined, served: number): number {
  if (health === undefined || served === 0 || !isUsed(health)) return 1
  if (health.slowStartUntil === null && isWell(health)) return 1
  return Math.min(1, Math.max(0, health.effectiveWeight / served))
}
