import { Histogram } from './histogram.ts'
import type { Series } from './series.ts'

/** Classes of status: index 0 stands for requests whose client was told none. */
export const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** The requests of one listener that took one route to one upstream; the upstream is empty where a middleware answers. */
export class RequestSeries implements Series {
  readonly key: string
  changed = false
  inFlight = 0
  bytesIn = 0
  bytesOut = 0
  readonly #statuses: number[] = new Array(statusClasses.length).fill(0)
  readonly #durations = new Histogram()

  constructor(key: string) {
    this.key = key
  }

  /** Once for each request, before `finished`. */
  started(): void {
    this.inFlight++
    this.changed = true
  }

  /**
   * Once for each `started`.
   *
   * @param status that the client was told; 0 for none
   * @param durationMs from the first byte of the request to the last of the answer
   * @param bytesIn of the body, without its framing
   * @param bytesOut likewise
   */
  finished(status: number, durationMs: number, bytesIn: number, bytesOut: number): void {
    this.inFlight--
    this.bytesIn += bytesIn
    this.bytesOut += bytesOut
    const statusClass = (status / 100) | 0
    const index = statusClass < statusClasses.length ? statusClass : 0
    this.#statuses[index] = (this.#statuses[index] as number) + 1
    this.#durations.add(durationMs)
    this.changed = true
  }

  counters(): readonly number[] {
    return [this.bytesIn, this.bytesOut, ...this.#statuses, round(this.#durations.sumMs), ...this.#durations.counts]
  }

  gauges(): readonly number[] {
    return [this.inFlight]
  }
}

/** What `counters` says, by name. `counts` of the durations are those of `Histogram`. */
export function readRequests([bytesIn = 0, bytesOut = 0, ...rest]: readonly number[]) {
  const statuses = rest.slice(0, statusClasses.length)
  const [sumMs = 0, ...counts] = rest.slice(statusClasses.length)
  return { bytesIn, bytesOut, statuses, durations: { sumMs, counts } }
}

/** Whole microseconds: a sum of fractions is long as text. */
export const round = (ms: number): number => Math.round(ms * 1000) / 1000
