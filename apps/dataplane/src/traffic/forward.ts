import type { ErrorCode } from '@switchyard/core/errors'
import type { AttemptFailure } from './attempt-outcome.ts'
import { severity, severityOfFailure, severityOfStatus } from './attempt-severity.ts'
import type { Destination } from './compiled-route.ts'
import { now } from './deadlines.ts'
import type { Exchange } from './exchange.ts'
import { repeatable } from './http1/back/repeatable.ts'
import type { RetryReason } from './observe/upstream-series.ts'
import { ownAnswer } from './own-answer.ts'
import { pauseMs, RetryPause } from './retry-pause.ts'
import type { Serving } from './serving.ts'
import type { UpstreamTarget } from './upstream-target.ts'
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
  const destination = exchange.route.upstreams.choose()?.serving
  // A route without `forward` is for what its middleware answers: a request that they let pass is not among that.
  if (!destination) {
    answer(exchange, exchange.route.config.forward ? 'no_target' : 'no_route')
    return
  }
  const { upstream, retries } = destination
  exchange.destination = destination
  exchange.upstream = upstream
  exchange.retriesLeft = retries.attempts
  upstream.live.budget.request(services.deadlines.coarseNow)
  pickTarget(exchange, destination, 'no_target')
}

/** @param otherwise what to answer when there is no target left */
function pickTarget(exchange: Exchange, { upstream, timeouts }: Destination, otherwise: ErrorCode): void {
  const { line, breaker } = upstream.live
  if (breaker?.admits(now()) === false) {
    answer(exchange, otherwise === 'no_target' ? 'breaker_open' : otherwise, breaker.waitMs(now()))
    return
  }
  const { limit, timeoutMs } = upstream.config.queue
  const mayWait = line.size < limit
  // Who waits already goes first.
  const target = mayWait && line.size > 0 ? undefined : upstream.pick(exchange)
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

/** Where the exchange is to go now, which may have changed since it was asked last. */
function redirect(exchange: Exchange, destination: Destination): Destination {
  const { serving } = destination
  if (serving !== destination) {
    exchange.destination = serving
    exchange.upstream = serving.upstream
  }
  return serving
}

/** How exchanges go on that wait for room. */
const waitEnd: WaitEnd = {
  next(exchange, line) {
    if (!exchange.destination) return 'anew'
    const { upstream } = redirect(exchange, exchange.destination)
    const { live } = upstream
    if (live.line !== line || live.breaker?.admits(now()) === false) return 'anew'
    return upstream.pick(exchange) ?? (upstream.hasTarget(exchange.tried) ? undefined : 'anew')
  },
  anew: (exchange) => {
    if (exchange.destination) pickTarget(exchange, exchange.destination, 'no_target')
  },
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
  exchange.breakerEra = live.upstream.breaker?.begin() ?? 0
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
  book(exchange, failure)
  if (exchange.gone || !destination || !services) {
    done(exchange)
    return
  }
  destination.upstream.series.attempted(exchange.responseMs)
  const reason = exchange.retriesLeft > 0 ? retryReason(exchange, destination, failure) : undefined
  if (reason && affordable(destination, reason, services)) retry(exchange, destination, reason, failure, services)
  else if (failure) answer(exchange, failure.code)
  else {
    destination.upstream.bind(exchange)
    done(exchange)
  }
}

/** What the attempt says of how fast its target is, and to the circuit breaker. Nothing, where it was given up. */
function book({ gone, target, response, answerMs, responseMs, breakerEra }: Exchange, failure?: AttemptFailure): void {
  if (!target) return
  const how = gone ? undefined : failure ? severityOfFailure(failure) : response && severityOfStatus(response.status)
  const ms = failure ? responseMs : answerMs
  if (how !== undefined && !Number.isNaN(ms)) target.live.answered(ms, how)
  const { breaker } = target.live.upstream
  breaker?.end(breakerEra, how === undefined ? undefined : how < severity.failed, now())
}

function retryReason(
  exchange: Exchange,
  { upstream, retries }: Destination,
  failure: AttemptFailure | undefined,
): RetryReason | undefined {
  if (upstream.live.breaker?.admits(now()) === false) return undefined
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
  if (upstream.live.budget.take(services.deadlines.coarseNow, retries.budgetPercent)) return true
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
    if (target.available && !target.full) attempt(exchange, target, true)
    else pickTarget(exchange, redirect(exchange, destination), 'no_target')
    return
  }
  exchange.retriesLeft--
  if (exchange.tried) exchange.tried.push(target)
  else exchange.tried = [target]
  const { backoffMs } = destination.retries
  const ms = pauseMs(exchange.tried.length, backoffMs, services.random())
  const goOn = (): void => {
    if (exchange.gone) done(exchange)
    else pickTarget(exchange, redirect(exchange, destination), failure?.code ?? 'no_target')
  }
  if (ms < 1) goOn()
  else new RetryPause(exchange, ms, goOn)
}

/** @param waitMs until it may be worth asking again, where that is known */
function answer(exchange: Exchange, code: ErrorCode, waitMs = 0): void {
  exchange.termination = code
  exchange.response = ownAnswer(code, exchange.id, exchange.received.header('accept'), waitMs)
  done(exchange)
}

function done(exchange: Exchange): void {
  const { forwarded } = exchange
  exchange.forwarded = undefined
  forwarded?.(exchange)
}
