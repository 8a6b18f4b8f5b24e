import { addDuration, type Durations, histogramSize, readDurations } from './histogram.ts'
import type { Series } from './series.ts'

/** Classes of status: index 0 stands for requests whose client was told none. */
export const statusClasses = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const

/** Where each counter stands. */
const place = { bytesIn: 0, bytesOut: 1, statuses: 2, durations: 2 + statusClasses.length }

/** The requests of one listener that took one route to one upstream; the upstream is empty where a middleware answers. */
export class RequestSeries implements Series {
  readonly key: string
  changed = false
  readonly counters: number[] = new Array(place.durations + histogramSize).fill(0)
  /** Requests in flight. */
  readonly gauges = [0]

  constructor(key: string) {
    this.key = key
  }

  /** Once for each request, before `finished`. */
  started(): void {
    this.gauges[0] = (this.gauges[0] as number) + 1
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
    const { counters } = this
    const statusClass = (status / 100) | 0
    const index = place.statuses + (statusClass > 0 && statusClass < statusClasses.length ? statusClass : 0)
    this.gauges[0] = (this.gauges[0] as number) - 1
    counters[place.bytesIn] = (counters[place.bytesIn] as number) + bytesIn
    counters[place.bytesOut] = (counters[place.bytesOut] as number) + bytesOut
    counters[index] = (counters[index] as number) + 1
    addDuration(counters, place.durations, durationMs)
    this.changed = true
  }
}

export interface RequestCounts {
  readonly bytesIn: number
  readonly bytesOut: number
  /** By class of status. */
  readonly statuses: readonly number[]
  readonly durations: Durations
}

/** What the counters say, by name. */
export function readRequests(counters: readonly number[]): RequestCounts {
  return {
    bytesIn: counters[place.bytesIn] ?? 0,
    bytesOut: counters[place.bytesOut] ?? 0,
    statuses: counters.slice(place.statuses, place.durations),
    durations: readDurations(counters, place.durations),
  }
}
