import type { MetricsSnapshot, SeriesSnapshot } from '../traffic/observe/metrics.ts'
import type { Names } from '../traffic/observe/series.ts'
import { Unnamed } from '../traffic/observe/unnamed.ts'
import { addGrowth } from './growth.ts'

/** What one worker told last. */
interface Told {
  /** Of its last snapshot. */
  number: number
  readonly series: Map<string, SeriesSnapshot>
}

/**
 * The metrics of all workers as those of one. What counts goes on when a worker ends and another takes its place: whoever
 * reads never sees it go backwards. What is now (requests in flight) ends with its worker.
 */
export class MergedMetrics {
  readonly #sums = new Map<string, number[]>()
  /** By process id. */
  readonly #workers = new Map<number, Told>()
  readonly #unnamed: Unnamed

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#unnamed = new Unnamed(now)
  }

  /** The number of the last snapshot of this worker; 0 for none. */
  seen(worker: number): number {
    return this.#workers.get(worker)?.number ?? 0
  }

  /** @param worker the process id */
  add(worker: number, { number, series }: MetricsSnapshot): void {
    this.#told(worker).number = number
    for (const one of series) this.addSeries(worker, one)
  }

  addSeries(worker: number, series: SeriesSnapshot): void {
    const told = this.#told(worker)
    const [key, counters] = series
    const sum = this.#sums.get(key) ?? []
    addGrowth(sum, told.series.get(key)?.[1], counters)
    this.#sums.set(key, sum)
    told.series.set(key, series)
  }

  /** This worker is gone; what it counted stays. */
  forget(worker: number): void {
    this.#workers.delete(worker)
  }

  /** A configuration serves: what it does not name is forgotten after a while. */
  keep(names: Names): void {
    this.#unnamed.keep(names)
  }

  /** Forgets what is to be forgotten. */
  prune(): void {
    for (const key of this.#unnamed.overdue(this.#sums)) {
      this.#sums.delete(key)
      for (const { series } of this.#workers.values()) series.delete(key)
      this.#unnamed.forgotten(key)
    }
  }

  /** Every series, in the order in which they were first heard of. */
  all(): SeriesSnapshot[] {
    const gauges = new Map<string, number[]>()
    for (const { series } of this.#workers.values()) {
      for (const [key, , values] of series.values()) addGrowth(gaugesOf(gauges, key), undefined, values)
    }
    return [...this.#sums].map(([key, counters]) => [key, counters, gauges.get(key) ?? []])
  }

  #told(worker: number): Told {
    const told = this.#workers.get(worker) ?? { number: 0, series: new Map() }
    this.#workers.set(worker, told)
    return told
  }
}

function gaugesOf(gauges: Map<string, number[]>, key: string): number[] {
  const found = gauges.get(key) ?? []
  gauges.set(key, found)
  return found
}
