import { addDuration, histogramSize, readDurations } from '../traffic/observe/histogram.ts'

/** Where each counter stands. */
const place = { good: 0, failed: 1, durations: 2 }

/** The probes of one upstream, as numbers that only grow. */
export class ProbeSeries {
  readonly counters: number[] = new Array(place.durations + histogramSize).fill(0)

  /** @param ms from the beginning of the probe to its result */
  probed(good: boolean, ms: number): void {
    const at = good ? place.good : place.failed
    this.counters[at] = (this.counters[at] ?? 0) + 1
    addDuration(this.counters, place.durations, ms)
  }
}

/** What the counters say, by name. */
export function readProbes(counters: readonly number[]) {
  const [good = 0, failed = 0] = counters
  return { good, failed, durations: readDurations(counters, place.durations) }
}
