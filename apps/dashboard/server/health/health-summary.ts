import type { Report, TargetHealth, TargetTraffic, UpstreamHealth } from '@switchyard/core/node-protocol'
import type { HealthState } from '@switchyard/core/target-events'
import type { HealthSummary, TargetHealthView, UpstreamHealthView } from './health-view.ts'

/** What one node said last. */
export interface NodeWord {
  readonly node: string
  readonly targets: Report['targets']
  readonly upstreams: Report['upstreams']
}

/** What nodes do not say: what is known of an upstream over all of them, and what serves says of a target. */
export interface Beyond {
  /** Of an upstream. */
  fairness(upstream: string): number | null
  /** What serves has this target drain. */
  drains(upstream: string, target: string): boolean
}

/** From well to bad: `unknown` is worse than `healthy`, `ejected` stands over what probes say. */
const severity: Record<HealthState, number> = { healthy: 0, unknown: 1, unhealthy: 2, ejected: 3 }
const breakers = ['closed', 'half-open', 'open'] as const

/** Puts together what nodes say; those that are silent are left out by the caller. `words` are in the order of names. */
export function summarizeHealth(words: readonly NodeWord[], beyond: Beyond): HealthSummary {
  const upstreams = new Map<string, UpstreamHealthView>()
  const targets = new Map<string, Map<string, Told[]>>()
  for (const { node, targets: ofTargets, upstreams: ofUpstreams } of words) {
    for (const word of ofUpstreams) upstreams.set(word.upstream, withWord(upstreams.get(word.upstream), node, word))
    for (const traffic of ofTargets) {
      const known = targets.get(traffic.upstream) ?? new Map<string, Told[]>()
      targets.set(traffic.upstream, known)
      const told = known.get(traffic.target)
      if (told) told.push({ node, traffic })
      else known.set(traffic.target, [{ node, traffic }])
    }
  }
  for (const id of targets.keys()) if (!upstreams.has(id)) upstreams.set(id, nothingSaid())
  const entries = [...upstreams].map(([id, view]) => {
    const views = [...(targets.get(id) ?? [])].map(
      ([target, told]) => [target, viewOf(told, beyond.drains(id, target))] as const,
    )
    return [id, { ...view, fairness: beyond.fairness(id), targets: Object.fromEntries(views) }] as const
  })
  return { upstreams: Object.fromEntries(entries) }
}

/** What one node says of one target. */
interface Told {
  node: string
  traffic: TargetTraffic
}

const nothingSaid = (): UpstreamHealthView => ({
  noneEligible: [],
  tier: 0,
  breaker: null,
  fairness: null,
  targets: {},
})

function withWord(before = nothingSaid(), node: string, word: UpstreamHealth): UpstreamHealthView {
  const { noneEligible, tier, breaker } = word
  return {
    ...before,
    noneEligible:
      noneEligible === null ? before.noneEligible : [...before.noneEligible, { node, choice: noneEligible }],
    tier: Math.max(before.tier, tier),
    breaker: worseBreaker(before.breaker, breaker),
  }
}

function worseBreaker(one: UpstreamHealth['breaker'], other: UpstreamHealth['breaker']): UpstreamHealth['breaker'] {
  if (one === null || other === null) return one ?? other
  return breakers.indexOf(one) > breakers.indexOf(other) ? one : other
}

/** @param told by at least one node */
function viewOf(told: readonly Told[], drains: boolean): TargetHealthView {
  const healths = told.map(({ traffic }) => traffic.health)
  const worst = healths.reduce((one, other) => (severity[other.state] > severity[one.state] ? other : one))
  const { state, since, cause } = worst
  return {
    state,
    since,
    ...(cause && { cause }),
    effectiveWeight: healths.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0) / healths.length,
    draining: drainingOf(told, healths, drains),
    slowStartUntil: latest(healths.map(({ slowStartUntil }) => slowStartUntil)),
    nodes: told.map(({ node, traffic }) => ({ node, health: traffic.health })),
  }
}

function drainingOf(told: readonly Told[], healths: readonly TargetHealth[], drains: boolean) {
  const until = latest(healths.map(({ drainsUntil }) => drainsUntil))
  if (until === null && !drains) return null
  const inFlight = told.reduce((sum, { traffic }) => sum + traffic.inFlight, 0)
  const tunnels = told.reduce((sum, { traffic }) => sum + traffic.tunnels, 0)
  return { inFlight, tunnels, until }
}

/** ISO 8601 in UTC sorts as time does. */
const latest = (times: readonly (string | undefined)[]): string | null =>
  times.reduce<string | null>(
    (one, other) => (other !== undefined && (one === null || other > one) ? other : one),
    null,
  )
