import type { ErrorCode } from '@switchyard/core/errors'
import type { AttemptFailure } from './attempt-outcome.ts'
import type { Destination } from './compiled-route.ts'
import { now } from './deadlines.ts'
import type { Exchange } from './exchange.ts'
import { repeatable } from './http1/back/repeatable.ts'
import type { RetryReason } from './observe/upstream-series.ts'
import { ownAnswer } from './own-answer.ts'
import { pauseMs, RetryPause } from './retry-pause.ts'
import type { Serving } from './serving.ts'
import type { UpstreamTarget } from './upstream.ts'
import type { WaitEnd } from './waiting-line.ts'
import { attemptUpgrade } from './websocket/back.ts'

/** What forwarding takes of the worker. */
export type ForwardServices = Pick<Serving, 'deadlines' | 'random'>

/** What must not be sent twice goes only on a connection that was idle for less than this, or on a new one. */
const freshMs = 1000

/**
 * Sends the request to a target and sets `exchange.response`: the target's, or ours when none answers. `done` is called
 * once, now or later, also when the exchange was given up meanwhile.
 *
 * There is another attempt only when nothing can have been executed (connecting failed), or when the request may be
 * executed twice and can be sent again (RFC 9110, 9.2.2): a connection that had been used before closed on us, the time
 * of one try was over, or the status is one that the configuration names.
 */
export function forward(exchange: Exchange, services: ForwardServices, done: (exchange: Exchange) => void): void {
  exchange.forwarded = done
  exchange.services = services
  const destination = exchange.route.upstreams.choose()
  // A route without `forward` is for what its middleware answers: a request that they let pass is not among that.
  if (!destination) {
    answer(exchange, exchange.route.config.forward ? 'no_target' : 'no_route')
    return
  }
  const { upstream, retries } = destination
  exchange.destination = destination
  exchange.upstream = upstream
  exchange.retriesLeft = retries.attempts
  upstream.budget.request(services.deadlines.coarseNow)
  pickTarget(exchange, destination, 'no_target')
}

/** @param otherwise what to answer when there is no target left */
function pickTarget(exchange: Exchange, destination: Destination, otherwise: ErrorCode): void {
  const { upstream, timeouts } = destination
  const { line } = upstream
  const { limit, timeoutMs } = upstream.config.queue
  const mayWait = line !== undefined && line.size < limit
  // Who waits already goes first.
  const target = mayWait && line.size > 0 ? undefined : upstream.pick(exchange.received, exchange.tried)
  if (target) attempt(exchange, target, false)
  else if (!upstream.hasTarget(exchange.tried)) answer(exchange, otherwise)
  else if (mayWait) {
    const latest = timeouts.totalMs === 0 ? Number.POSITIVE_INFINITY : exchange.startedAt + timeouts.totalMs
    line.join(exchange, waitEnd, timeoutMs, latest)
  } else {
    upstream.series.queueFull()
    answer(exchange, 'queue_full')
  }
}

/** How exchanges go on that have waited for room. */
const waitEnd: WaitEnd = {
  go: (exchange, target) => attempt(exchange, target, false),
  timedOut: (exchange) => answer(exchange, 'queue_timeout'),
  cancelled: done,
}

/** @param fresh on a new connection */
function attempt(exchange: Exchange, target: UpstreamTarget, fresh: boolean): void {
  const { live } = target
  const { destination, services } = exchange
  if (!destination || !services) return
  exchange.target = target
  if (exchange.attempts++ === 0) exchange.forwardedAt = now()
  live.attemptBegun()
  if (exchange.upgrade !== undefined) {
    attemptUpgrade(exchange, settled)
    return
  }
  const again = exchange.retriesLeft > 0 && repeatable(exchange)
  const connection = live.pool.take(target, fresh ? 0 : again ? Number.POSITIVE_INFINITY : freshMs)
  connection.serve(exchange, destination, settled)
}

/** An attempt has come to the head of a response, or to nothing. */
function settled(exchange: Exchange, failure: AttemptFailure | undefined): void {
  const { destination, services } = exchange
  if (exchange.gone || !destination || !services) {
    done(exchange)
    return
  }
  destination.upstream.series.attempted(exchange.responseMs)
  const reason = exchange.retriesLeft > 0 ? retryReason(exchange, destination, failure) : undefined
  if (reason && affordable(destination, reason, services)) retry(exchange, destination, reason, failure, services)
  else if (failure) answer(exchange, failure.code)
  else done(exchange)
}

function retryReason(
  exchange: Exchange,
  { upstream, retries }: Destination,
  failure: AttemptFailure | undefined,
): RetryReason | undefined {
  if (failure?.stale) return repeatable(exchange) ? 'stale' : undefined
  if (failure?.unsent) return 'connect'
  if (failure) return failure.slow && repeatable(exchange) ? 'timeout' : undefined
  const { response, target } = exchange
  if (!response || !target || !retries.onStatus.includes(response.status) || !repeatable(exchange)) return undefined
  // The answer that there is, is better than none.
  return upstream.hasTarget([...(exchange.tried ?? []), target]) ? 'status' : undefined
}

/** Whether it stays a small share of the requests. What has not reached a target adds nothing to its work. */
function affordable({ upstream, retries }: Destination, reason: RetryReason, services: ForwardServices): boolean {
  if (reason === 'stale' || reason === 'connect') return true
  if (upstream.budget.take(services.deadlines.coarseNow, retries.budgetPercent)) return true
  upstream.series.budgetExhausted()
  return false
}

function retry(
  exchange: Exchange,
  destination: Destination,
  reason: RetryReason,
  failure: AttemptFailure | undefined,
  services: ForwardServices,
): void {
  const { target } = exchange
  destination.upstream.series.retried(reason)
  exchange.attempt?.cancel()
  exchange.response = undefined
  exchange.received.body?.rewind()
  if (!target) return
  if (reason === 'stale') {
    attempt(exchange, target, true)
    return
  }
  exchange.retriesLeft--
  if (exchange.tried) exchange.tried.push(target)
  else exchange.tried = [target]
  const { backoffMs } = destination.retries
  const ms = pauseMs(exchange.tried.length, backoffMs, services.random())
  const goOn = (): void => {
    if (exchange.gone) done(exchange)
    else pickTarget(exchange, destination, failure?.code ?? 'no_target')
  }
  if (ms < 1) goOn()
  else new RetryPause(exchange, ms, goOn)
}

function answer(exchange: Exchange, code: ErrorCode): void {
  exchange.termination = code
  exchange.response = ownAnswer(code, exchange.id, exchange.received.header('accept'))
  done(exchange)
}

function done(exchange: Exchange): void {
  const { forwarded } = exchange
  exchange.forwarded = undefined
  forwarded?.(exchange)
}
