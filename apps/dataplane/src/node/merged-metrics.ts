import type { MetricsSnapshot, SeriesSnapshot } from '../traffic/observe/metrics.ts'
import { isNamed, type Names } from '../traffic/observe/series.ts'
import { addGrowth } from './growth.ts'

/** What one worker told last. */
interface Told {
  /** Of its last snapshot. */
  number: number
  readonly series: Map<string, SeriesSnapshot>
}

/** How long a series is shown after the configuration has lost what it is about, so that its last counts are seen. */
const forgetAfterMs = 600_000

/**
 * The metrics of all workers as those of one. What counts goes on when a worker ends and another takes its place: whoever
 * reads never sees it go backwards. What is now (requests in flight) ends with its worker.
 */
export class MergedMetrics {
  readonly #sums = new Map<string, number[]>()
  /** By process id. */
  readonly #workers = new Map<number, Told>()
  readonly #unnamedSince = new Map<string, number>()
  readonly #now: () => number
  #names: Names | undefined

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
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
    this.#names = names
  }

  /** Forgets what is to be forgotten. */
  prune(): void {
    const names = this.#names
    if (!names) return
    const now = this.#now()
    for (const key of this.#sums.keys()) {
      const since = this.#unnamedSince.get(key)
      if (isNamed(key, names)) this.#unnamedSince.delete(key)
      else if (since === undefined) this.#unnamedSince.set(key, now)
      else if (now - since > forgetAfterMs) this.#drop(key)
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

  #drop(key: string): void {
    this.#unnamedSince.delete(key)
    this.#sums.delete(key)
    for (const { series } of this.#workers.values()) series.delete(key)
  }
}

function gaugesOf(gauges: Map<string, number[]>, key: string): number[] {
  const found = gauges.get(key) ?? []
  gauges.set(key, found)
  return found
}
