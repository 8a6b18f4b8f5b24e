import type { Ids } from './ids.ts'

/** Where a request stands in its trace. */
export interface TraceContext {
  readonly traceId: string
  /** The `traceparent` to send on. */
  readonly header: string
  /** The trace begins here: a `tracestate` that came with the request belongs to nothing and is not sent on. */
  readonly begun: boolean
}

const idPattern = /^(?!0{32})[0-9a-f]{32}$/
const headerPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]([0-9a-f])(?:$|-)/
/** `version-traceid-parentid-flags` of version 00. */
const lengthOfVersion00 = 55

/**
 * Goes on with the trace of an incoming `traceparent`, or begins one whose id is the request's. We are a span of it, so
 * the parent that the target sees is ours. Of a version to come only what version 00 has is read and sent on; of the
 * flags only `sampled` and `random`, the others being undefined (W3C Trace Context level 2, sections 3.2 and 4.3).
 *
 * @param received the value of the field; several are joined, and so not valid
 * @param requestId becomes the id of a trace that begins here, if it has the form of one
 */
export function traceContext(received: string | undefined, requestId: string, ids: Ids): TraceContext {
  const valid = received === undefined ? null : headerPattern.exec(received)
  const traceId = valid?.[1]
  if (received === undefined || traceId === undefined || !lengthFits(received)) {
    const own = idPattern.test(requestId) ? requestId : ids.next()
    return { traceId: own, header: `00-${own}-${ids.span()}-01`, begun: true }
  }
  const flags = Number.parseInt(valid?.[2] ?? '0', 16) & 0b11
  return { traceId, header: `00-${traceId}-${ids.span()}-0${flags}`, begun: false }
}

/** Version 00 ends after the flags; a later one may have more fields. */
function lengthFits(received: string): boolean {
  return received.length === lengthOfVersion00 || !received.startsWith('00')
}
