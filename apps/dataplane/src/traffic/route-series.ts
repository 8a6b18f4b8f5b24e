import type { Metrics } from './observe/metrics.ts'
import type { RequestSeries } from './observe/request-series.ts'

/** What is counted about one route, at hand for its requests. A route has few listeners and fewer upstreams. */
export class RouteSeries {
  readonly #route: string
  readonly #metrics: Metrics
  readonly #known: { readonly listener: string; readonly upstream: string; readonly series: RequestSeries }[] = []

  constructor(route: string, metrics: Metrics) {
    this.#route = route
    this.#metrics = metrics
  }

  /** @param upstream empty where a middleware answers */
  of(listener: string, upstream: string): RequestSeries {
    for (const known of this.#known) if (known.listener === listener && known.upstream === upstream) return known.series
    const series = this.#metrics.requests(listener, this.#route, upstream)
    this.#known.push({ listener, upstream, series })
    return series
  }
}
