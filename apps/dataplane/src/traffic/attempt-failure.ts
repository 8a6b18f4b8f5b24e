import type { AttemptFailure } from './attempt-outcome.ts'
import { severity, severityOfFailure } from './attempt-severity.ts'
import { now } from './deadlines.ts'
import type { Exchange } from './exchange.ts'

/** Failures of one target are logged at most this often; the counters have them all. */
const logEveryMs = 1000

/**
 * Books a failed attempt: with the target, with the balancer, and in the log, which alone learns the cause. A used
 * connection that closes is the way of keep-alive, and no fault of the target.
 *
 * An attempt ends once, with its answer: one that broke off is told as a failure and not as what its head said. The
 * circuit breaker, which cannot wait for the end of a long answer, had the head count for it, and counts the failure on top.
 *
 * @param broke the head of the answer had come
 */
export function recordFailure(exchange: Exchange, failure: AttemptFailure, broke: boolean): void {
  const { upstream, target } = exchange
  const how = severityOfFailure(failure)
  if (!upstream || !target || how === undefined) return
  const { live } = target
  live.failures++
  live.untold?.add(how)
  if (broke && how >= severity.failed) live.upstream.breaker?.broke(now())
  upstream.failed(target)
  const time = Date.now()
  if (time - live.failureLoggedAt < logEveryMs) return
  live.failureLoggedAt = time
  const { code, cause } = failure
  const reason = cause instanceof Error ? cause.message || ('code' in cause && cause.code) || cause.name : String(cause)
  exchange.log.warn(
    { request: exchange.id, route: exchange.route?.id, upstream: upstream.id, target: target.id, code, reason },
    'attempt failed',
  )
}
