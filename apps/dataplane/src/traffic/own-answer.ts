import { type ErrorCode, errors } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'

/** After so many seconds at least a client that was shed, or found no room, may ask again. */
const retryAfterSeconds = 1
const crowded = new Set<ErrorCode>(['overloaded', 'queue_full', 'queue_timeout', 'breaker_open'])

/**
 * An answer that is made here: the code that says what failed, a sentence, and the id that finds the rest in the log.
 * Nothing of the cause is in it. JSON, unless the client is a browser that wants a page.
 *
 * @param waitMs until it may be worth asking again, where that is known
 */
export function ownAnswer(code: ErrorCode, requestId: string, accept: string | undefined, waitMs = 0): GatewayResponse {
  const { status, message } = errors[code]
  const headers = new HeaderList()
  const page = accept?.includes('text/html') === true
  headers.append('content-type', page ? 'text/plain; charset=utf-8' : 'application/json')
  headers.append('cache-control', 'no-store')
  headers.append('x-request-id', requestId)
  if (crowded.has(code)) {
    headers.append('retry-after', String(Math.max(retryAfterSeconds, Math.ceil(waitMs / 1000))))
  }
  const body = page
    ? `${status} ${message}\n\nReason: ${code}\nRequest: ${requestId}\n`
    : `${JSON.stringify({ error: { code, message, requestId } })}\n`
  return { status, headers, body }
}
