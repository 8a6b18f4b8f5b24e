import type { ErrorCode } from '@switchyard/core/errors'
import type { RequestHead } from '../codec/request-head.ts'

/** Sixteen bytes in base64 (RFC 6455, 4.1). */
const keyForm = /^[A-Za-z0-9+/]{22}==$/
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:\/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?$/

/**
 * The protocol that a client asks to switch to, in lower case, or why it is refused: several at once, a body before the
 * switch, a handshake that is none. A wrong version of WebSocket is the target's to answer (426). Whether the route
 * takes the protocol is asked later.
 */
export function protocolAsked(
  head: RequestHead,
): { protocol: string; refused?: undefined } | { protocol?: undefined; refused: ErrorCode } {
  const protocol = head.upgrade?.toLowerCase() ?? ''
  if (!token.test(protocol)) return { refused: 'upgrade_refused' }
  if (head.chunked || head.length > 0) return { refused: 'bad_request' }
  if (protocol !== 'websocket') return { protocol }
  const keys = head.headers.getAll('sec-websocket-key')
  const valid = head.method === 'GET' && keys.length === 1 && keyForm.test(keys[0] ?? '')
  return valid ? { protocol } : { refused: 'bad_request' }
}
