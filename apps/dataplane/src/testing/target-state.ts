import type { TargetView } from '../node/node-state.ts'

/** A target as a node tells it that does nothing, for tests. */
export const idleTarget = (id: string, url = `http://${id}`): TargetView => ({
  id,
  url,
  weight: 1,
  effectiveWeight: 1,
  eligible: true,
  eligibleWorkers: 1,
  draining: false,
  tier: 0,
  out: false,
  ramp: 1,
  latencyMs: null,
  drainLeftMs: null,
  requests: 0,
  failures: 0,
  inFlight: 0,
  connections: 0,
  tunnels: 0,
  health: { state: 'unknown', since: '2026-01-01T00:00:00.000Z', effectiveWeight: 1, eligibleWorkers: 1 },
})

/** What an upstream without anything to say says. */
export const calmUpstream = { strategy: 'random', tier: 0, noneEligible: null, breaker: null, fairness: null }
