import type { ErrorCode } from '@switchyard/core/errors'
import { errors } from '@switchyard/core/errors'
import type { Exchange } from './exchange.ts'
import type { ListenerSeries } from './observe/listener-series.ts'
import type { Serving } from './serving.ts'

/** Counts and logs an exchange that is over. */
export function recordExchange(exchange: Exchange, series: ListenerSeries, serving: Serving): void {
  const { termination } = exchange
  if (termination !== 'completed') serving.metrics.terminated(termination)
  // Its route has not been found, and so has not counted it.
  if (exchange.route === undefined && termination in errors) series.refused(termination as ErrorCode)
  serving.accessLog?.write(exchange)
}

/** Who was refused before there was a request to speak of. */
interface Refused {
  readonly code: ErrorCode
  readonly id: string
  readonly listener: string
  readonly client: { readonly ip: string; readonly port: number }
  readonly tlsVersion: string | undefined
}

/** Counts and logs what was no request that could be served. */
export function recordRefusal(refused: Refused, series: ListenerSeries, serving: Serving): void {
  const { code, id, listener, client, tlsVersion } = refused
  series.refused(code)
  serving.metrics.terminated(code)
  serving.accessLog?.write({
    id,
    traceId: id,
    time: Date.now(),
    listener,
    client,
    received: undefined,
    status: errors[code].status,
    bytesIn: 0,
    bytesOut: 0,
    route: undefined,
    upstream: undefined,
    target: undefined,
    attempts: 0,
    waitingMs: Number.NaN,
    connectMs: Number.NaN,
    responseMs: Number.NaN,
    totalMs: 0,
    termination: code,
    tlsVersion,
  })
}
