import type { ErrorCode } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse, Log } from '@switchyard/core/middleware/contract'
import { now } from './deadlines.ts'
import { Exchange, Received } from './exchange.ts'
import { findOrigin, type Peer, rewriteForwarded } from './forwarded.ts'
import { endToEnd } from './hop-by-hop.ts'
import { ownAnswer } from './own-answer.ts'
import type { RequestBody } from './request-body.ts'
import { checkHead, type Framing, type HeadLimits, type RequestHead } from './request-gate.ts'
import type { Runtime } from './runtime.ts'
import { checkUpgrade } from './websocket/handshake.ts'

/** A request that has just come in, and what its front can do about it. */
export interface Arrival {
  readonly head: RequestHead
  /** The client asks to switch protocols. */
  readonly wantsUpgrade: boolean
  readonly listener: string
  readonly limits: HeadLimits
  readonly peer: Peer
  readonly port: number
  readonly client: ClientSide
}

/** The front of an exchange: what can be done towards a client, whatever it speaks. */
export interface ClientSide {
  /** The body that the head announced. */
  openBody(framing: Framing): RequestBody
  /** From now on a client that goes away ends this exchange. */
  follow(exchange: Exchange): void
  /** Answers; a response of status 101 opens the tunnel that was offered. `close`: nothing more is taken from the client. */
  send(response: GatewayResponse, exchange: Exchange | undefined, close: boolean): void
}

/** What serving takes of the worker. */
export interface Serving {
  readonly log: Log
  requestId(): string
  /** The runtime that serves now, leased until `release`. */
  lease(): Runtime | undefined
  release(runtime: Runtime): void
}

/** The life of a request, from its head to the head of its answer. Bodies flow by themselves. Never rejects. */
export async function serve(arrival: Arrival, serving: Serving): Promise<void> {
  const { head, client, peer } = arrival
  const checked = checkHead(head, arrival.limits)
  if (typeof checked === 'string') return refuse(arrival, serving, checked)
  const upgrade = arrival.wantsUpgrade ? checkUpgrade(checked, head) : undefined
  if (upgrade !== undefined && upgrade !== 'websocket') return refuse(arrival, serving, upgrade)
  // It asks about the server as a whole, which is us (RFC 9110, 9.3.7).
  if (checked.url === '*') return client.send(noContent(), undefined, false)

  const origin = findOrigin(checked.headers, checked.authority, peer)
  const id = origin.requestId ?? serving.requestId()
  const headers = endToEnd(checked.headers)
  if (upgrade) keepHandshake(checked.headers, headers)
  rewriteForwarded(headers, origin, id)
  const body = checked.framing && client.openBody(checked.framing)
  const exchange = new Exchange({
    id,
    received: new Received(arrival.listener, head, checked, origin, body),
    outgoing: { method: head.method, path: checked.path, query: checked.query, host: undefined, headers },
    client: { ip: origin.clientIp, port: arrival.port },
    log: serving.log,
    upgrade,
    startedAt: now(),
  })
  client.follow(exchange)

  const runtime = serving.lease()
  const route = runtime?.router.find(exchange.received)
  if (!runtime || !route) {
    if (runtime) serving.release(runtime)
    return answer(exchange, client, runtime ? 'no_route' : 'no_target')
  }
  exchange.takeRoute(route, () => serving.release(runtime))
  try {
    if (exchange.received.body?.limitTo(route.config.limits.bodyBytes) === false) {
      return answer(exchange, client, 'body_too_large')
    }
    const handled = route.handle(exchange)
    if (handled) await handled
    if (exchange.gone) return
    if (!exchange.response) throw new Error('a middleware neither answered nor called next()')
    client.send(exchange.response, exchange, false)
  } catch (error) {
    serving.log.error({ err: error, request: id, route: route.id }, 'request failed')
    exchange.attempt?.cancel()
    if (!exchange.gone) answer(exchange, client, 'internal')
  } finally {
    exchange.releaseLease()
  }
}

function refuse(arrival: Arrival, serving: Serving, code: ErrorCode): void {
  arrival.client.send(ownAnswer(code, serving.requestId(), undefined), undefined, true)
}

function answer(exchange: Exchange, client: ClientSide, code: ErrorCode): void {
  client.send(ownAnswer(code, exchange.id, exchange.received.header('accept')), exchange, false)
}

function noContent(): GatewayResponse {
  return { status: 204, headers: new HeaderList(), body: undefined }
}

/** The fields of the handshake stay even where `Connection` names them: without them it is another request. */
function keepHandshake(from: HeaderList, to: HeaderList): void {
  from.forEach((name, value, spelled) => {
    if (name.startsWith('sec-websocket-') && !to.has(name)) to.append(spelled, value)
  })
}
