import { Histogram } from './histogram.ts'
import { round } from './request-series.ts'
import type { CountSeries, Series } from './series.ts'

/**
 * Why there was another attempt.
 *
 * - `connect` no connection was had: refused, too late, or no TLS
 * - `stale` a connection that had been used before closed on us before the answer began
 * - `status` the target answered with a status that is to be tried again
 * - `timeout` the time of one try was over
 */
export type RetryReason = 'connect' | 'stale' | 'status' | 'timeout'

/** The attempts at one upstream, and who waits for it. */
export class UpstreamSeries implements Series {
  readonly key: string
  changed = false
  /** Requests that wait for a target that is full. */
  #queued = 0
  #queueTimeouts = 0
  #queueRefused = 0
  #budgetExhausted = 0
  readonly #durations = new Histogram()
  readonly #retries: Readonly<Record<RetryReason, CountSeries>>

  /** @param count finds or makes the series of this key */
  constructor(key: string, id: string, count: (key: string) => CountSeries) {
    this.key = key
    this.#retries = {
      connect: count(`retries ${id} connect`),
      stale: count(`retries ${id} stale`),
      status: count(`retries ${id} status`),
      timeout: count(`retries ${id} timeout`),
    }
  }

  /** @param ms from the beginning of the attempt to the head of its response, or to its failure */
  attempted(ms: number): void {
    this.#durations.add(ms)
    this.changed = true
  }

  retried(reason: RetryReason): void {
    this.#retries[reason].add()
  }

  /** A request was not tried again because too many had been. */
  budgetExhausted(): void {
    this.#budgetExhausted++
    this.changed = true
  }

  /** A request waits for a target to have room. */
  queued(): void {
    this.#queued++
    this.changed = true
  }

  /** Once for each `queued`: it waits no longer, because of room, its client, or its deadline. */
  unqueued(timedOut: boolean): void {
    this.#queued--
    if (timedOut) this.#queueTimeouts++
    this.changed = true
  }

  /** A request found as many waiting as may wait. */
  queueFull(): void {
    this.#queueRefused++
    this.changed = true
  }

  counters(): readonly number[] {
    const { sumMs, counts } = this.#durations
    return [this.#budgetExhausted, this.#queueTimeouts, this.#queueRefused, round(sumMs), ...counts]
  }

  gauges(): readonly number[] {
    return [this.#queued]
  }
}

/** What `counters` says, by name. `counts` of the durations are those of `Histogram`. */
export function readUpstream(counters: readonly number[]) {
  const [budgetExhausted = 0, queueTimeouts = 0, queueRefused = 0, sumMs = 0, ...counts] = counters
  return { budgetExhausted, queueTimeouts, queueRefused, durations: { sumMs, counts } }
}
