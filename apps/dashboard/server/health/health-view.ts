import type { TargetHealth, UpstreamHealth } from '@switchyard/core/node-protocol'
import type { Cause, HealthState, TargetEvent } from '@switchyard/core/target-events'

/** A target as the nodes that are heard of see it. */
export interface TargetHealthView {
  /** The worst that any of them says. */
  state: HealthState
  /** Since when, ISO 8601, and why, as the node says that has the worst state. */
  since: string
  cause?: Cause
  /** The mean over the nodes. */
  effectiveWeight: number
  /** What it is still serving everywhere, while it takes nothing new; `until` is the latest deadline, ISO 8601. */
  draining: { inFlight: number; tunnels: number; until: string | null } | null
  /** Until when slow start lasts at the node where it lasts longest, ISO 8601. */
  slowStartUntil: string | null
  /** By name. */
  nodes: { node: string; health: TargetHealth }[]
}

export interface UpstreamHealthView {
  /** Nodes at which no target is eligible, and what each does about it. */
  noneEligible: { node: string; choice: string }[]
  /** The highest tier that serves at any node. */
  tier: number
  /** The worst of all; null where there is no breaker. */
  breaker: UpstreamHealth['breaker']
  /**
   * How much more than its expected share the target gets, over all nodes and the last minute, that gets most of that: 1
   * is even. Null while there is too little traffic.
   */
  fairness: number | null
  targets: Record<string, TargetHealthView>
}

/** Everything that nodes that are not silent say now, by upstream and target id. */
export interface HealthSummary {
  upstreams: Record<string, UpstreamHealthView>
}

/** An event as the control plane keeps it. */
export interface TimelineEvent extends TargetEvent {
  /** Of the control plane: newer ones have higher ones. */
  id: number
  node: string
}

/** Newest first. */
export interface Timeline {
  events: TimelineEvent[]
  /** Older ones than these are kept; ask with `before` the lowest `id`. */
  more: boolean
}
