import { ListenerSeries } from './listener-series.ts'
import { RequestSeries } from './request-series.ts'
import { CountSeries, isNamed, type Names, type Series } from './series.ts'
import type { Termination } from './termination.ts'
import { UpstreamSeries } from './upstream-series.ts'

/** One series as it is told: its key, what only grows, what is now. */
export type SeriesSnapshot = readonly [key: string, counters: readonly number[], gauges: readonly number[]]

/** What a worker has counted. Plain JSON, and cumulative: one that is lost is made up for by the next. */
export interface MetricsSnapshot {
  /** Counts the snapshots of this worker. */
  readonly number: number
  /** Only those that have changed since the snapshot that the reader has seen, or ever. */
  readonly series: readonly SeriesSnapshot[]
}

/** How long a series goes on after the configuration has lost what it is about: it may come back. */
const forgetAfterMs = 600_000

/**
 * What one worker counts. The objects handed out are held by whoever counts (a route, an upstream, a listener), so that
 * counting looks nothing up. There are as many as operators have written ids; nothing that a client sends makes one.
 */
export class Metrics {
  readonly #series = new Map<string, Series>()
  readonly #unnamedSince = new Map<Series, number>()
  readonly #now: () => number
  /** Requests that were refused because the worker had too much to do. */
  readonly #shed: CountSeries
  readonly #linesDropped: CountSeries
  #names: Names | undefined
  #snapshots = 0

  /** @param now milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
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
    this.#names = names
  }

  /** @param seen the number of the last snapshot that the reader has; 0 for none */
  snapshot(seen: number): MetricsSnapshot {
    this.#forget()
    const onlyChanges = seen === this.#snapshots
    const told: SeriesSnapshot[] = []
    for (const series of this.#series.values()) {
      if (onlyChanges && !series.changed) continue
      series.changed = false
      const counters = series.counters()
      const gauges = series.gauges()
      if (onlyChanges || counters.some(isSome) || gauges.some(isSome)) told.push([series.key, counters, gauges])
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
    const names = this.#names
    if (!names) return
    const now = this.#now()
    for (const [key, series] of this.#series) {
      const since = this.#unnamedSince.get(series)
      if (isNamed(key, names)) {
        if (since !== undefined) this.#unnamedSince.delete(series)
      } else if (since === undefined) {
        this.#unnamedSince.set(series, now)
      } else if (now - since > forgetAfterMs && !series.gauges().some(isSome)) {
        this.#series.delete(key)
        this.#unnamedSince.delete(series)
      }
    }
  }
}

const isSome = (value: number): boolean => value !== 0
