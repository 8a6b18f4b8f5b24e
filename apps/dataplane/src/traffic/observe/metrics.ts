import { ListenerSeries } from './listener-series.ts'
import { RequestSeries } from './request-series.ts'
import { CountSeries, type Names, type Series } from './series.ts'
import type { Termination } from './termination.ts'
import { Unnamed } from './unnamed.ts'
import { UpstreamSeries } from './upstream-series.ts'

/** One series as it is told: its key, what only grows, what is now. */
export type SeriesSnapshot = readonly [key: string, counters: readonly number[], gauges: readonly number[]]

/** What a worker has counted: to be sent at once, since it goes on counting in these lists. Plain JSON, and cumulative: one that is lost is made up for by the next. */
export interface MetricsSnapshot {
  /** Counts the snapshots of this worker. */
  readonly number: number
  /** Only those that have changed since the snapshot that the reader has seen, or ever. */
  readonly series: readonly SeriesSnapshot[]
}

/**
 * What one worker counts. The objects handed out are held by whoever counts (a route, an upstream, a listener), so that
 * counting looks nothing up. There are as many as operators have written ids; nothing that a client sends makes one.
 */
export class Metrics {
  readonly #series = new Map<string, Series>()
  readonly #unnamed: Unnamed
  /** Requests that were refused because the worker had too much to do. */
  readonly #shed: CountSeries
  readonly #linesDropped: CountSeries
  #snapshots = 0

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#unnamed = new Unnamed(now)
    this.#shed = this.#count('shed')
    this.#linesDropped = this.#count('log-lines-dropped')
  }

  /** @param upstream empty where none is involved: a middleware answers */
  requests(listener: string, route: string, upstream: string): RequestSeries {
    return this.#of(`requests ${listener} ${route} ${upstream}`, RequestSeries, (key) => new RequestSeries(key))
  }

  upstream(id: string): UpstreamSeries {
    return this.#of(`upstream ${id}`, UpstreamSeries, (key) => new UpstreamSeries(key, id, this.#count))
  }

  listener(id: string): ListenerSeries {
    return this.#of(`listener ${id}`, ListenerSeries, (key) => new ListenerSeries(key, id, this.#count))
  }

  /** A request ended otherwise than by being completed. */
  terminated(reason: Termination): void {
    if (reason !== 'completed') this.#count(`terminated ${reason}`).add()
  }

  shed(): void {
    this.#shed.add()
  }

  logLinesDropped(lines: number): void {
    this.#linesDropped.add(lines)
  }

  /** A configuration serves: what it does not name is forgotten after a while, when it is at rest. */
  keep(names: Names): void {
    this.#unnamed.keep(names)
  }

  /** @param seen the number of the last snapshot that the reader has; 0 for none */
  snapshot(seen: number): MetricsSnapshot {
    this.#forget()
    const onlyChanges = seen === this.#snapshots
    const told: SeriesSnapshot[] = []
    for (const series of this.#series.values()) {
      if (onlyChanges && !series.changed) continue
      series.changed = false
      const { key, counters, gauges } = series
      if (onlyChanges || counters.some(isSome) || gauges.some(isSome)) told.push([key, counters, gauges])
    }
    return { number: ++this.#snapshots, series: told }
  }

  #of<Kind extends Series>(
    key: string,
    kind: abstract new (...args: never[]) => Kind,
    make: (key: string) => Kind,
  ): Kind {
    const found = this.#series.get(key)
    if (found instanceof kind) return found
    const made = make(key)
    this.#series.set(key, made)
    return made
  }

  readonly #count = (key: string): CountSeries => this.#of(key, CountSeries, (key) => new CountSeries(key))

  #forget(): void {
    for (const key of this.#unnamed.overdue(this.#series)) {
      // A long download of a route that is gone is still to be counted.
      if (this.#series.get(key)?.gauges.some(isSome)) continue
      this.#series.delete(key)
      this.#unnamed.forgotten(key)
    }
  }
}

const isSome = (value: number): boolean => value !== 0
