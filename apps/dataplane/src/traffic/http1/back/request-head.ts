import type { Exchange } from '../../exchange.ts'
import type { LiveTarget } from '../../live-target.ts'
import { outgoingHost, outgoingUrl } from '../../outgoing-head.ts'
import type { Upstream } from '../../upstream.ts'
import { type Framing, writeRequestHead } from '../codec/write-head.ts'

const unframed: Framing = { length: -1, chunked: false }
const empty: Framing = { length: 0, chunked: false }
const chunked: Framing = { length: -1, chunked: true }

/** Methods of which a target expects a body, and is told when there is none (RFC 9110, 8.6). */
const bringBody = new Set(['POST', 'PUT', 'PATCH'])

/**
 * The head that a target gets, as latin1 text; undefined when a middleware has made of it what cannot be sent.
 *
 * @param upgrade the protocol to ask for
 */
export function requestHead(
  exchange: Exchange,
  upstream: Upstream,
  target: LiveTarget,
  upgrade?: string,
): string | undefined {
  const { method, headers } = exchange.outgoing
  const host = outgoingHost(exchange, upstream, target)
  return writeRequestHead(method, outgoingUrl(exchange, target), host, headers, framingOf(exchange), upgrade)
}

function framingOf(exchange: Exchange): Framing {
  const { body } = exchange.received
  if (!body) return bringBody.has(exchange.outgoing.method) ? empty : unframed
  return body.length < 0 ? chunked : { length: body.length, chunked: false }
}
