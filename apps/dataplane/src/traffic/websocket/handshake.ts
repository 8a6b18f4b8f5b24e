import { createHash } from 'node:crypto'
import type { ErrorCode } from '@switchyard/core/errors'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { CheckedHead, RequestHead } from '../request-gate.ts'

/** RFC 6455, 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
/** Sixteen bytes in base64. */
const keyForm = /^[A-Za-z0-9+/]{22}==$/

/**
 * What a client's wish to switch protocols comes to: `websocket`, or why not. Every other protocol is refused, h2c above
 * all: what was said inside it would pass every check unseen. A wrong version is the target's to answer (426).
 */
export function checkUpgrade(head: CheckedHead, { method, version }: RequestHead): 'websocket' | ErrorCode {
  const { headers } = head
  // RFC 9110, 7.8: in HTTP/1.0 it means nothing.
  if (version !== '1.1' || headers.get('upgrade')?.toLowerCase() !== 'websocket') return 'upgrade_refused'
  const keys = headers.getAll('sec-websocket-key')
  if (method !== 'GET' || head.framing !== undefined || keys.length !== 1) return 'bad_request'
  return keyForm.test(keys[0] ?? '') ? 'websocket' : 'bad_request'
}

/** Is this 101 the answer to what was asked (RFC 6455, 4.1)? Only then may bytes flow. */
export function agrees(status: number | undefined, headers: Pick<HeaderList, 'getAll' | 'get'>, key: string): boolean {
  const accept = createHash('sha1')
    .update(key + guid)
    .digest('base64')
  const accepted = headers.getAll('sec-websocket-accept')
  return (
    status === 101 &&
    headers.get('upgrade')?.toLowerCase() === 'websocket' &&
    accepted.length === 1 &&
    accepted[0] === accept
  )
}
