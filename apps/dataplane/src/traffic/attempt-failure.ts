import type { AttemptFailure } from './attempt-outcome.ts'
import type { Exchange } from './exchange.ts'

/** Failures of one target are logged at most this often; the counters have them all. */
const logEveryMs = 1000

/**
 * Books a failed attempt: with the target, with the balancer, and in the log, which alone learns the cause. A used
 * connection that closes is the way of keep-alive, and no fault of the target.
 */
export function recordFailure(exchange: Exchange, failure: AttemptFailure): void {
  const { upstream, target } = exchange
  if (!upstream || !target || !failure.byTarget || failure.stale) return
  const { live } = target
  live.failures++
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
