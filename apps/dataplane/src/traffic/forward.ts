import type { ErrorCode } from '@switchyard/core/errors'
import type { AttemptFailure } from './attempt-outcome.ts'
import { retriesOf } from './compiled-route.ts'
import type { Deadlines } from './deadlines.ts'
import type { Exchange } from './exchange.ts'
import { attemptHttp, repeatable } from './http1/back.ts'
import { ownAnswer } from './own-answer.ts'
import type { Upstream, UpstreamTarget } from './upstream.ts'
import type { WebSocketBack } from './websocket/back.ts'

/** What forwarding works with; one per worker. */
export interface Backs {
  readonly deadlines: Deadlines
  readonly webSocket: WebSocketBack
}

/**
 * Sends the request to a target and sets `exchange.response`: the target's, or ours when none answers. Another target is
 * tried only when nothing can have been executed: connecting failed, or a connection that had been used before closed on
 * us and the request may be repeated (RFC 9110, 9.2.2). A second try after the latter goes to the same target.
 */
export async function forward(exchange: Exchange, backs: Backs): Promise<void> {
  const upstream = exchange.route.upstreams.choose()
  // A route without `forward` is for what its middleware answers: a request that they let pass is not among that.
  if (!upstream) return answer(exchange, exchange.route.config.forward ? 'no_target' : 'no_route')

  const tried: UpstreamTarget[] = []
  let retries = retriesOf(exchange.route, upstream)
  let target = upstream.pick(exchange.received, tried)
  let failure: AttemptFailure | undefined
  for (let fresh = false; target && !exchange.gone; fresh = failure.stale) {
    const outcome = await attempt(exchange, upstream, target, fresh, backs)
    if (outcome.type !== 'failed') return
    failure = outcome

    if (failure.stale && !fresh && retries > 0 && repeatable(exchange)) continue
    if (!failure.unsent || retries-- <= 0) break
    tried.push(target)
    target = upstream.pick(exchange.received, tried)
  }
  answer(exchange, failure?.code ?? 'no_target')
}

function attempt(exchange: Exchange, upstream: Upstream, target: UpstreamTarget, fresh: boolean, backs: Backs) {
  if (exchange.upgrade) return backs.webSocket.attempt(exchange, upstream, target)
  return attemptHttp(exchange, upstream, target, { fresh, deadlines: backs.deadlines })
}

function answer(exchange: Exchange, code: ErrorCode): void {
  exchange.response = ownAnswer(code, exchange.id, exchange.received.header('accept'))
}
