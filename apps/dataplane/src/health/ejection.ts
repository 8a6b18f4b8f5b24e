import type { Cause } from '@switchyard/core/target-events'
import type { PassiveConfig } from './attempt-failures.ts'

/** Below this, a stretch without an ejection is no sign of being well. */
const shortestCalmMs = 10_000

/**
 * How a target is taken out, for longer each time (Envoy, outlier detection): the n-th time for n times `ejectMs`. For
 * each stretch of `ejectMs` that it then goes without, n goes down by one.
 */
export class Ejection {
  /** Until when it is out, monotonic; undefined while it is not. */
  until: number | undefined
  since = 0
  cause: Cause | undefined
  #times = 0
  #calmSince = 0

  get ejected(): boolean {
    return this.until !== undefined
  }

  /** @returns for how long it is out, in milliseconds */
  begin(cause: Cause, { ejectMs, maxEjectMs }: PassiveConfig, now: number): number {
    const calm = Math.floor((now - this.#calmSince) / Math.max(shortestCalmMs, ejectMs))
    this.#times = Math.max(0, this.#times - calm) + 1
    const forMs = Math.min(ejectMs * this.#times, maxEjectMs)
    this.cause = cause
    this.since = now
    this.until = now + forMs
    return forMs
  }

  end(now: number): void {
    this.until = undefined
    this.cause = undefined
    this.since = now
    this.#calmSince = now
  }
}
