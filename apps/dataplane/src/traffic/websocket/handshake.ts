import { createHash } from 'node:crypto'
import type { ResponseHead } from '../http1/codec/response-head.ts'

/** RFC 6455, 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * Does this answer switch to what was asked for (RFC 9110, 7.8)? Only then may bytes flow. One of HTTP/1.0, which knows no
 * 101, does not, nor does one that speaks of content or of closing: two readers could take what follows it for different
 * things.
 */
export function switches(head: ResponseHead, protocol: string): boolean {
  return head.status === 101 && head.minor === 1 && head.persistent && head.upgrade?.toLowerCase() === protocol
}

/** And is it an answer to just this request (RFC 6455, 4.1)? */
export function accepts(head: ResponseHead, key: string): boolean {
  const accept = createHash('sha1')
    .update(key + guid)
    .digest('base64')
  const accepted = head.headers.getAll('sec-websocket-accept')
  return accepted.length === 1 && accepted[0] === accept
}
