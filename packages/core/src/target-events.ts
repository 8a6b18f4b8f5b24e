import { z } from 'zod'

/**
 * What happens to targets and upstreams at a node, as it is kept, reported and shown. Changes of state, not observations.
 *
 * Of a target:
 * - `added`, `removed`, `enabled`, `disabled`, `weight-changed` (`before`, `after`) by revision `revision`
 * - `probe-failed` the first probe that fails after a good one; `unhealthy`, `healthy` by the thresholds
 * - `ejected` by failures of requests (`forMs`), `restored` when that time is over
 * - `slow-start-begun` (`forMs`), `slow-start-ended`
 * - `draining` (by revision; `forMs` until its deadline), `undrained`, `drained` (`left`: what was ended at the deadline)
 *
 * Of an upstream:
 * - `none-eligible` (`choice`: `use-all`, `fail` or the id of the upstream that serves instead), `some-eligible`
 * - `tier-changed` (`before`, `after`)
 * - `breaker-opened`, `breaker-half-open`, `breaker-closed` at worker `worker`
 */
export const eventTypes = [
  'added',
  'removed',
  'enabled',
  'disabled',
  'weight-changed',
  'probe-failed',
  'unhealthy',
  'healthy',
  'ejected',
  'restored',
  'slow-start-begun',
  'slow-start-ended',
  'draining',
  'undrained',
  'drained',
  'none-eligible',
  'some-eligible',
  'tier-changed',
  'breaker-opened',
  'breaker-half-open',
  'breaker-closed',
] as const
export type TargetEventType = (typeof eventTypes)[number]

/**
 * Why a target is not well. `detail` of an event says more: a status, an error of the system.
 *
 * Of a probe: `connect_failed`, `connect_timeout`, `tls_failed`, `address_refused`, `target_reset`, `response_timeout`,
 * `bad_response`, `bad_status`, `bad_body`, `not_serving`. Of requests: `consecutive_failures`, `consecutive_5xx`,
 * `consecutive_connect_failures`, `failure_rate`.
 */
export const causeCodes = [
  'connect_failed',
  'connect_timeout',
  'tls_failed',
  'address_refused',
  'target_reset',
  'response_timeout',
  'bad_response',
  'bad_status',
  'bad_body',
  'not_serving',
  'consecutive_failures',
  'consecutive_5xx',
  'consecutive_connect_failures',
  'failure_rate',
] as const
export type CauseCode = (typeof causeCodes)[number]

export const causeSchema = z.strictObject({
  code: z.enum(causeCodes),
  /** For people: `status 503`, `connect ECONNREFUSED 127.0.0.1:2003`, `7 in a row`. */
  detail: z.string().max(300),
})
export type Cause = z.output<typeof causeSchema>

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

export const targetEventSchema = z.strictObject({
  /** Of this node since it began, from 1 on. */
  seq: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** ISO 8601, UTC. */
  at: z.string().max(40),
  type: z.enum(eventTypes),
  upstream: z.string().max(63),
  /** Absent where the event is about the upstream as a whole. */
  target: z.string().max(63).optional(),
  cause: causeSchema.optional(),
  /** The revision that caused it. */
  revision: count.optional(),
  before: count.optional(),
  after: count.optional(),
  forMs: z.number().min(0).optional(),
  left: count.optional(),
  choice: z.string().max(63).optional(),
  worker: z.int().min(0).optional(),
})
export type TargetEvent = z.output<typeof targetEventSchema>

/** What is known of a target's health; `ejected` stands over what probes say. */
export const healthStates = ['unknown', 'healthy', 'unhealthy', 'ejected'] as const
export type HealthState = (typeof healthStates)[number]
