import { type HeaderList, headerName } from '@switchyard/core/http/header-list'
import { type ClientSide, Exchange } from '../../exchange.ts'
import { appendForwarded, type Peer } from '../../forwarded.ts'
import { traceContext } from '../../observe/traceparent.ts'
import type { RequestBody } from '../../request-body.ts'
import type { CheckedTarget } from '../codec/request-gate.ts'
import type { RequestHead } from '../codec/request-head.ts'
import type { Http1Front } from './front.ts'
import { Http1Request } from './received-request.ts'

const traceparent = headerName('traceparent')

/**
 * What becomes of the head of a request: the request as it was received, and the one that will be sent, which says who
 * asked.
 *
 * @param upgrade the protocol to switch to, in lower case
 */
export function newExchange(
  side: ClientSide,
  { listener, serving }: Http1Front,
  peer: Peer,
  head: RequestHead,
  target: CheckedTarget,
  upgrade: string | undefined,
  body: RequestBody | undefined,
): Exchange {
  const { headers, endToEnd } = head
  const origin = peer.originOf(headers, target.authority, listener.trusted)
  const id = origin.requestId ?? serving.ids.next()
  const trace = traceContext(head.traceparent, id, serving.ids)
  if (head.traceparent !== undefined || trace.begun) dropTrace(endToEnd, trace.begun)
  appendForwarded(endToEnd, origin, id)
  endToEnd.appendNamed(traceparent, trace.header)
  endToEnd.vouch()
  return new Exchange(
    side,
    new Http1Request(listener.config.id, head, target, origin, body),
    { method: head.method, path: target.path, query: target.query, host: undefined, headers: endToEnd },
    origin.client,
    serving.log,
    id,
    trace.traceId,
    upgrade,
    head.acceptsTrailers,
  )
}

/** The trace goes on under a field of ours; what vendors noted belongs to a trace that came with the request. */
function dropTrace(headers: HeaderList, begun: boolean): void {
  headers.delete('traceparent')
  if (begun) headers.delete('tracestate')
}
