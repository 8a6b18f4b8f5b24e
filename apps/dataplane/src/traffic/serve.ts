import type { ErrorCode } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import { codeOfThrown } from '@switchyard/core/middleware/thrown'
import type { Exchange } from './exchange.ts'
import { forward } from './forward.ts'
import { ownAnswer } from './own-answer.ts'
import type { Serving } from './serving.ts'

/** The life of a request, from its head to the head of its answer. Bodies flow by themselves. Never throws. */
export function serve(exchange: Exchange, serving: Serving): void {
  // It asks about the server as a whole, which is us (RFC 9110, 9.3.7).
  if (exchange.received.url === '*') {
    exchange.side.send(exchange, noContent())
    return
  }
  try {
    const refused = takeRoute(exchange, serving)
    if (refused) answer(exchange, refused)
    else if (exchange.route.handle) void serveThrough(exchange, exchange.route.handle)
    else forward(exchange, serving, respond)
  } catch (error) {
    failed(exchange, error)
  }
}

/** Finds the route that the exchange takes, or why there is none. */
function takeRoute(exchange: Exchange, { loadGuard, metrics, runtime }: Serving): ErrorCode | undefined {
  if (loadGuard.overloaded) {
    metrics.shed()
    return 'overloaded'
  }
  if (!runtime) return 'no_target'
  const { received, upgrade } = exchange
  const route = runtime.router.find(received)
  if (!route) return 'no_route'
  exchange.takeRoute(route, runtime)
  if (received.body?.limitTo(route.config.limits.bodyBytes) === false) return 'body_too_large'
  if (upgrade !== undefined && !route.upgrades.includes(upgrade)) return 'upgrade_refused'
  return undefined
}

/** Forwarding is over, and no middleware is there to look at what came of it. */
function respond(exchange: Exchange): void {
  if (exchange.gone || !exchange.response) return
  exchange.side.send(exchange, exchange.response)
}

/** Through the onion. */
async function serveThrough(exchange: Exchange, handle: (exchange: Exchange) => Promise<void> | void): Promise<void> {
  try {
    const handled = handle(exchange)
    if (handled) await handled
    if (exchange.gone) return
    if (!exchange.response) throw new Error('a middleware neither answered nor called next()')
    checkAnswer(exchange.response)
    exchange.side.send(exchange, exchange.response)
  } catch (error) {
    failed(exchange, error)
  }
}

/** What a middleware has made may be anything, whatever its types say. */
function checkAnswer({ headers, body }: GatewayResponse): void {
  if (!(headers instanceof HeaderList)) throw new Error('a middleware made an answer without fields')
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return
  if (!(Symbol.asyncIterator in Object(body))) throw new Error('a middleware made a body that is none')
}

function failed(exchange: Exchange, error: unknown): void {
  if (exchange.gone) return
  exchange.attempt?.cancel()
  // A middleware that reads a body which breaks off is at no fault.
  const code = exchange.received.body?.fault ?? codeOfThrown(error)
  // Nor is one that refuses a request for what a client has made of it.
  if (code === 'internal') {
    const { id, log, route } = exchange
    log.error({ err: error, request: id, route: route?.id }, 'request failed')
  }
  answer(exchange, code)
}

function noContent(): GatewayResponse {
  return { status: 204, headers: new HeaderList(), body: undefined }
}

/** The answer is ours. */
function answer(exchange: Exchange, code: ErrorCode): void {
  exchange.termination = code
  exchange.side.send(exchange, ownAnswer(code, exchange.id, exchange.received.header('accept')))
}
