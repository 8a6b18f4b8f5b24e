import type { Report } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { NodeState } from './node-state.ts'

/** What the control plane takes; it refuses a report that has more as a whole, and the node would be unknown to it. */
const longest = { path: 1000, message: 2000, targets: 100_000, upstreams: 10_000 }
/** So many events stand in one report; the others follow. */
export const reportedEvents = 500

/**
 * What the control plane is told of a node.
 *
 * @param events those that it may not have yet, at most `reportedEvents`
 */
export function toReport(state: NodeState, events: readonly TargetEvent[]): Report {
  const { revision, outcome } = state
  return {
    node: state.node,
    instance: state.instance,
    version: state.version,
    startedAt: state.startedAt,
    serving: revision && {
      number: revision.number,
      hash: revision.hash,
      since: revision.since,
      source: revision.source === 'snapshot' ? 'snapshot' : 'control',
    },
    outcome:
      outcome?.status === 'rejected'
        ? {
            ...outcome,
            message: outcome.message.slice(0, longest.message),
            problems: outcome.problems.map(({ path, message }) => ({
              path: path.slice(0, longest.path),
              message: message.slice(0, longest.message),
            })),
          }
        : outcome,
    workers: state.workers.map(({ id, pid, revision, startedAt }) => ({ id, pid, revision, startedAt })),
    listeners: state.listeners.map(({ id, address, port, connections }) => ({ id, address, port, connections })),
    targets: state.upstreams
      .flatMap((upstream) =>
        upstream.targets.map(({ id, requests, failures, inFlight, tunnels, health }) => ({
          upstream: upstream.id,
          target: id,
          requests,
          failures,
          inFlight,
          tunnels,
          health,
        })),
      )
      .slice(0, longest.targets),
    upstreams: state.upstreams
      .map(({ id, noneEligible, tier, breaker, fairness }) => ({
        upstream: id,
        noneEligible,
        tier,
        breaker: breaker?.state ?? null,
        fairness,
      }))
      .slice(0, longest.upstreams),
    events: [...events],
  }
}
