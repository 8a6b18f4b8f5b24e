import { addDuration, histogramSize, readDurations } from './histogram.ts'
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

/** Where each counter stands. */
const place = { budgetExhausted: 0, queueTimeouts: 1, queueRefused: 2, durations: 3 }

/** The attempts at one upstream, and who waits for it. */
export class UpstreamSeries implements Series {
  readonly key: string
  changed = false
  readonly counters: number[] = new Array(place.durations + histogramSize).fill(0)
  /** Requests that wait for a target that is full. */
  readonly gauges = [0]
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
    addDuration(this.counters, place.durations, ms)
    this.changed = true
  }

  retried(reason: RetryReason): void {
    this.#retries[reason].add()
  }

  /** A request was not tried again because too many had been. */
  budgetExhausted(): void {
    this.#add(place.budgetExhausted)
  }

  /** A request waits for a target to have room. */
  queued(): void {
    this.gauges[0] = (this.gauges[0] as number) + 1
    this.changed = true
  }

  /** Once for each `queued`: it waits no longer, because of room, its client, or its deadline. */
  unqueued(timedOut: boolean): void {
    this.gauges[0] = (this.gauges[0] as number) - 1
    if (timedOut) this.#add(place.queueTimeouts)
    this.changed = true
  }

  /** A request found as many waiting as may wait. */
  queueFull(): void {
    this.#add(place.queueRefused)
  }

  #add(at: number): void {
    this.counters[at] = (this.counters[at] as number) + 1
    this.changed = true
  }
}

/** What the counters say, by name. */
export function readUpstream(counters: readonly number[]) {
  const [budgetExhausted = 0, queueTimeouts = 0, queueRefused = 0] = counters
  return { budgetExhausted, queueTimeouts, queueRefused, durations: readDurations(counters, place.durations) }
}
