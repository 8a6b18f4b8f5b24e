import { createHash } from 'node:crypto'
import type { ResponseHead } from '../http1/codec/response-head.ts'

/** RFC 6455, 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Does this answer switch to what was asked for (RFC 9110, 7.8)? Only then may bytes flow. */
export function switches(head: ResponseHead, protocol: string): boolean {
  return head.status === 101 && head.upgrade?.toLowerCase() === protocol
}

/** And is it an answer to just this request (RFC 6455, 4.1)? */
export function accepts(head: ResponseHead, key: string): boolean {
  const accept = createHash('sha1')
    .update(key + guid)
    .digest('base64')
  const accepted = head.headers.getAll('sec-websocket-accept')
  return accepted.length === 1 && accepted[0] === accept
}
