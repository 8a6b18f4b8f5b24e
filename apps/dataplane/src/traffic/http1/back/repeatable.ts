import type { Exchange } from '../../exchange.ts'

/** RFC 9110, 9.2.2, and the safe or idempotent ones of the IANA registry that are in use. */
const idempotent = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'PROPFIND',
  'REPORT',
  'SEARCH',
  'QUERY',
])

/** May the request be sent again although it may have been executed, and can it? */
export function repeatable(exchange: Exchange): boolean {
  return idempotent.has(exchange.outgoing.method) && exchange.received.body?.replayable !== false
}
