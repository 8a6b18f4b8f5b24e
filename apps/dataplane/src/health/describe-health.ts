import type { TargetHealth } from '@switchyard/core/node-protocol'
import type { JudgedTarget } from './judged-target.ts'
import type { JudgedUpstream } from './judged-upstream.ts'

/** What the workers say of a target, taken together. */
export interface Picked {
  readonly effectiveWeight: number
  readonly eligibleWorkers: number
}

/**
 * How a target is, as it is told to others.
 *
 * @param drainsUntil monotonic
 * @param toTime a monotonic time as ISO 8601
 */
export function describeTarget(
  upstream: JudgedUpstream,
  target: JudgedTarget,
  { effectiveWeight, eligibleWorkers }: Picked,
  drainsUntil: number | undefined,
  toTime: (at: number) => string,
): TargetHealth {
  const { probes, ejection, slowStartSince } = target
  const { until } = ejection
  const ejected = until !== undefined
  const { cause } = ejected ? ejection : probes
  const { slowStart } = upstream.config
  const windowEnd = slowStart && slowStartSince !== undefined && slowStartSince + slowStart.windowMs
  return {
    state: ejected ? 'ejected' : probes.state,
    // After an ejection the state is as old as the end of it.
    since: toTime(Math.max(ejection.since, probes.since)),
    ...(cause && { cause }),
    ...(isExempt(upstream, target) && { exempt: true as const }),
    ...(ejected && { ejectedUntil: toTime(until) }),
    effectiveWeight,
    eligibleWorkers,
    ...(drainsUntil !== undefined && { drainsUntil: toTime(drainsUntil) }),
    ...(typeof windowEnd === 'number' && { slowStartUntil: toTime(windowEnd) }),
  }
}

/** It is picked although it is not well. */
function isExempt({ noneEligible, tier }: JudgedUpstream, target: JudgedTarget): boolean {
  if (!target.unwell) return false
  return target.sole || (noneEligible === 'use-all' && target.takesTraffic && target.tier === tier)
}
