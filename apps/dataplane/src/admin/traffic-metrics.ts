import { bucketBoundsMs } from '../traffic/observe/histogram.ts'
import { readListener } from '../traffic/observe/listener-series.ts'
import type { SeriesSnapshot } from '../traffic/observe/metrics.ts'
import { readRequests, statusClasses } from '../traffic/observe/request-series.ts'
import { readUpstream } from '../traffic/observe/upstream-series.ts'
import { family, histogram, type Labels, labels, type Sample } from './exposition.ts'

const boundsSeconds = bucketBoundsMs.map((ms) => ms / 1000)

interface Labelled {
  readonly labels: Labels
  readonly counters: readonly number[]
  readonly gauges: readonly number[]
}

/** What the workers have counted of the traffic, over all of them. */
export function formatTraffic(all: readonly SeriesSnapshot[]): string {
  const series = byKind(all)
  const counts = (kind: string, ...names: string[]) =>
    series(kind, ...names).map(({ labels, counters: [count = 0] }): Sample => [count, labels])
  const counter = (name: string, help: string, samples: readonly Sample[]) => family(name, 'counter', help, samples)
  return [
    requests(series('requests', 'listener', 'route', 'upstream')),
    upstreams(series('upstream', 'upstream')),
    counter(
      'retries_total',
      'Attempts after the first, by why there was another.',
      counts('retries', 'upstream', 'reason'),
    ),
    listeners(series('listener', 'listener')),
    counter(
      'connections_refused_total',
      'Connections closed as soon as they came.',
      counts('turned-away', 'listener', 'reason'),
    ),
    counter(
      'requests_refused_total',
      'Requests answered by the node before they had a route.',
      counts('refused', 'listener', 'code'),
    ),
    counter('requests_terminated_total', 'Requests that were not completed, by why.', counts('terminated', 'reason')),
    counter('requests_shed_total', 'Requests refused because a worker was overloaded.', counts('shed')),
    counter(
      'access_log_lines_dropped_total',
      'Lines that could not be written in time, or at all.',
      counts('log-lines-dropped'),
    ),
  ].join('')
}

/** Finds the series of a kind; their labels stand in the key, here they get names. */
function byKind(all: readonly SeriesSnapshot[]) {
  const kinds = new Map<string, SeriesSnapshot[]>()
  for (const series of all) {
    const kind = series[0].split(' ', 1)[0] ?? ''
    const beside = kinds.get(kind)
    if (beside) beside.push(series)
    else kinds.set(kind, [series])
  }
  return (kind: string, ...names: string[]): Labelled[] =>
    (kinds.get(kind) ?? []).map(([key, counters, gauges]) => {
      const values = key.split(' ').slice(1)
      const byName = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
      return { labels: labels(byName), counters, gauges }
    })
}

function requests(series: readonly Labelled[]): string {
  const read = series.map(({ labels, counters, gauges: [inFlight = 0] }) => ({
    labels,
    inFlight,
    ...readRequests(counters),
  }))
  const byStatus = read.flatMap(({ labels, statuses }) =>
    statuses.flatMap((count, index): Sample[] =>
      count === 0 ? [] : [[count, `${labels},status="${statusClasses[index]}"`]],
    ),
  )
  return [
    family(
      'requests_total',
      'counter',
      'Requests that are over, by the class of the status that the client was told.',
      byStatus,
    ),
    family(
      'requests_in_flight',
      'gauge',
      'Requests that are not over.',
      read.map(({ labels, inFlight }) => [inFlight, labels]),
    ),
    family(
      'request_body_bytes_total',
      'counter',
      'Bytes of request bodies.',
      read.map(({ labels, bytesIn }) => [bytesIn, labels]),
    ),
    family(
      'response_body_bytes_total',
      'counter',
      'Bytes of response bodies.',
      read.map(({ labels, bytesOut }) => [bytesOut, labels]),
    ),
    histogram(
      'request_duration_seconds',
      'From the first byte of a request to the last of its answer.',
      boundsSeconds,
      read.map(({ labels, durations }) => ({ labels, ...durations })),
    ),
  ].join('')
}

function upstreams(series: readonly Labelled[]): string {
  const read = series.map(({ labels, counters, gauges: [queued = 0] }) => ({
    labels,
    queued,
    ...readUpstream(counters),
  }))
  const each = (value: (one: (typeof read)[number]) => number) => read.map((one): Sample => [value(one), one.labels])
  return [
    histogram(
      'attempt_duration_seconds',
      'From the beginning of an attempt to the head of the response of the target, or its failure.',
      boundsSeconds,
      read.map(({ labels, durations }) => ({ labels, ...durations })),
    ),
    family(
      'retry_budget_exhausted_total',
      'counter',
      'Requests not tried again because too many had been.',
      each((one) => one.budgetExhausted),
    ),
    family(
      'queue_length',
      'gauge',
      'Requests that wait for a target to have room.',
      each((one) => one.queued),
    ),
    family(
      'queue_timeouts_total',
      'counter',
      'Requests that waited for too long.',
      each((one) => one.queueTimeouts),
    ),
    family(
      'queue_full_total',
      'counter',
      'Requests that found as many waiting as may wait.',
      each((one) => one.queueRefused),
    ),
  ].join('')
}

function listeners(series: readonly Labelled[]): string {
  const read = series.map(({ labels, counters }) => ({ labels, ...readListener(counters) }))
  return [
    family(
      'connections_accepted_total',
      'counter',
      'Connections of clients.',
      read.map(({ labels, accepted }) => [accepted, labels]),
    ),
    family(
      'tls_handshakes_total',
      'counter',
      'TLS handshakes with clients.',
      read.flatMap(({ labels, handshakes, handshakesFailed }): Sample[] =>
        handshakes + handshakesFailed === 0
          ? []
          : [
              [handshakes, `${labels},result="ok"`],
              [handshakesFailed, `${labels},result="failed"`],
            ],
      ),
    ),
  ].join('')
}
