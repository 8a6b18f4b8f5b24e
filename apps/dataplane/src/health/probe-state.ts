import type { Cause } from '@switchyard/core/target-events'

export interface Thresholds {
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

/** What a probe's result has changed. */
export interface ProbeChange {
  /** It is the first that fails after one that did not. */
  readonly firstFailure: boolean
  readonly before: ProbeState['state']
  readonly changed: boolean
}

/** What probes say of one target. */
export class ProbeState {
  state: 'unknown' | 'healthy' | 'unhealthy' = 'unknown'
  /** Since when, monotonic. */
  since: number
  /** Why it is unhealthy, or why the last probe failed. */
  cause: Cause | undefined
  #failing = false
  /** How many results in a row were like the last one. */
  #inARow = 0

  constructor(now: number) {
    this.since = now
  }

  /** It is asked more often: the state is not known, in doubt, or bad. */
  get unsettled(): boolean {
    return this.state !== 'healthy' || this.#failing
  }

  /**
   * Of a target of which nothing is known yet, one good answer is enough.
   *
   * @param cause why the probe failed; undefined when it did not
   */
  judge(cause: Cause | undefined, { healthyThreshold, unhealthyThreshold }: Thresholds, now: number): ProbeChange {
    const { state: before } = this
    const failing = cause !== undefined
    const firstFailure = failing && !this.#failing
    this.#inARow = failing === this.#failing ? this.#inARow + 1 : 1
    this.#failing = failing
    if (failing) this.cause = cause
    if (failing && this.#inARow >= unhealthyThreshold) this.#become('unhealthy', now)
    if (!failing && (before !== 'unhealthy' || this.#inARow >= healthyThreshold)) {
      this.#become('healthy', now)
      this.cause = undefined
    }
    return { firstFailure, before, changed: this.state !== before }
  }

  /** Another definition of what is well: results of before are not counted with those to come. The state stays. */
  beginAnew(): void {
    this.#inARow = 0
  }

  /** Nobody asks any more: nothing is known. */
  forget(now: number): void {
    this.#become('unknown', now)
    this.cause = undefined
    this.#failing = false
    this.#inARow = 0
  }

  #become(state: ProbeState['state'], now: number): void {
    if (this.state === state) return
    this.state = state
    this.since = now
  }
}
