import type { TargetTraffic, UpstreamHealth } from '@switchyard/core/node-protocol'
import type { NodeWord } from './health-summary.ts'

/**
 * Whether a node says the same of its targets and upstreams as before, as far as watchers are to hear of a change at once.
 * What moves all the time, they see as time goes by: weights in slow start, what is being served, and times, which a
 * node works out anew for each report.
 */
export function saysTheSame(before: Omit<NodeWord, 'node'>, after: Omit<NodeWord, 'node'>): boolean {
  return (
    before.targets.length === after.targets.length &&
    before.upstreams.length === after.upstreams.length &&
    after.targets.every((target, index) => sameTarget(before.targets[index], target)) &&
    after.upstreams.every((upstream, index) => sameUpstream(before.upstreams[index], upstream))
  )
}

function sameTarget(before: TargetTraffic | undefined, after: TargetTraffic): boolean {
  if (!before || before.target !== after.target || before.upstream !== after.upstream) return false
  const [one, other] = [before.health, after.health]
  return (
    one.state === other.state &&
    one.exempt === other.exempt &&
    one.cause?.code === other.cause?.code &&
    one.cause?.detail === other.cause?.detail &&
    one.eligibleWorkers > 0 === other.eligibleWorkers > 0 &&
    one.effectiveWeight > 0 === other.effectiveWeight > 0 &&
    (one.drainsUntil === undefined) === (other.drainsUntil === undefined) &&
    (one.slowStartUntil === undefined) === (other.slowStartUntil === undefined)
  )
}

function sameUpstream(before: UpstreamHealth | undefined, after: UpstreamHealth): boolean {
  return (
    before !== undefined &&
    before.upstream === after.upstream &&
    before.noneEligible === after.noneEligible &&
    before.tier === after.tier &&
    before.breaker === after.breaker
  )
}
