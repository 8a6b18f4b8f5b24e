import { predictShares, type WrittenTarget } from '@switchyard/core/balancers/create'
import type { StrategyConfig } from '@switchyard/core/balancers/union'
import type { TargetHealth, UpstreamHealth } from './trpc.ts'
import { isUsed } from './upstream-health.ts'

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

/**
 * The share each target is expected to get, by its id: with all of them well, or with `health`, with those that nodes say
 * are used now. A value that is being typed may be wrong for its strategy; then nothing is predicted, and the server says
 * what is wrong.
 */
export function predictedShares(upstream: WrittenUpstream, health?: UpstreamHealth): Map<string, number> {
  const targets = targetsOf(upstream)
  const { tierMinPercent } = upstream
  try {
    const strategy = (upstream.strategy ?? { type: 'weighted-round-robin' }) as StrategyConfig
    const shares = predictShares(strategy, health === undefined ? targets : withHealth(targets, health, strategy), {
      tierMinPercent: typeof tierMinPercent === 'number' ? tierMinPercent : 0,
    })
    return new Map(targets.map((target, i) => [target.id, shares[i] ?? 0]))
  } catch {
    return new Map()
  }
}

/** Slow start takes part of a weight, so that all are made larger first to stay whole; where they place keys, it does not. */
const finer = 100

function withHealth(targets: readonly WrittenTarget[], health: UpstreamHealth, strategy: StrategyConfig) {
  const failing = health.noneEligible.length > 0 && health.noneEligible.every(({ choice }) => choice !== 'use-all')
  const ramps = targets.map(({ id, weight = 1 }) => rampOf(health.targets[id], weight))
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

const rampOf = (health: TargetHealth | undefined, weight: number): number =>
  health === undefined || health.slowStartUntil === null || weight === 0
    ? 1
    : Math.min(1, Math.max(0, health.effectiveWeight / weight))
