import type { ErrorCode } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import { byteClass, targetByte } from './characters.ts'
import {
  closeOption,
  connectionOptions,
  keepAliveOption,
  namesFields,
  upgradeOption,
  withoutNominated,
} from './connection-options.ts'
import { contentLength } from './content-length.ts'
import { FieldLines } from './field-lines.ts'
import { role } from './field-names.ts'
import { knownMethod } from './methods.ts'

/** What a head may be at most; 0 is off for none of them. */
export interface HeadLimits {
  /** From the first byte of the request line to the empty line, inclusive. */
  readonly headerBytes: number
  readonly headerCount: number
  readonly uriBytes: number
}

/** The head of a request that reads in one way only (RFC 9112, 3 to 6). */
export class RequestHead {
  method = 'GET'
  /** As on the wire. */
  target = ''
  /** HTTP/1.0 or HTTP/1.1. */
  minor: 0 | 1 = 1
  /** All fields as they came, in order. */
  headers = new HeaderList()
  /**
   * Those that go on to a target: without those about the connection, those that `Connection` names (guarded ones
   * stay), Host, Content-Length, and the claims of the client. Vouched for.
   */
  endToEnd = new HeaderList()
  /** The value of Host; undefined when there is none. */
  authority: string | undefined = undefined
  /** Content-Length in bytes; -1 when there is none. */
  length = -1
  chunked = false
  /** The client wants another request on this connection: by version and `Connection`. */
  persistent = true
  /** `Expect: 100-continue` with HTTP/1.1; every other expectation is passed over. */
  expectsContinue = false
  /** The value of Upgrade, when `Connection` names it and the version is HTTP/1.1. */
  upgrade: string | undefined = undefined
  /** `TE: trailers` was sent. */
  acceptsTrailers = false
  /** The value of traceparent; undefined when there is none, or more than one. */
  traceparent: string | undefined = undefined
}

const lines = new FieldLines()

/**
 * Reads a whole head, or refuses it with the code for its first fault: whatever two readers could understand
 * differently (RFC 9112, 3, 5, 6 and 11.2). The connection is to be closed after a refusal.
 *
 * @param text latin1, from the first byte of the request line to the empty line inclusive
 */
export function parseRequestHead(text: string, limits: HeadLimits): RequestHead | ErrorCode {
  const head = new RequestHead()
  const fault = readRequestLine(head, text, limits) ?? readFields(head, text, limits)
  lines.end()
  if (fault !== undefined) return fault
  return head
}

function readRequestLine(head: RequestHead, text: string, limits: HeadLimits): ErrorCode | undefined {
  const methodEnd = text.indexOf(' ')
  if (methodEnd < 0) return 'bad_request'
  const start = methodEnd + 1
  let i = start
  let code = text.charCodeAt(i)
  while (code <= 0xff && ((byteClass[code] as number) & targetByte) !== 0) code = text.charCodeAt(++i)
  if (i - start > limits.uriBytes) return 'uri_too_long'
  if (i === start) return 'bad_request'
  if (!text.startsWith(' HTTP/', i)) return 'bad_request'
  if (text.startsWith('1.1\r\n', i + 6)) head.minor = 1
  else if (text.startsWith('1.0\r\n', i + 6)) head.minor = 0
  else return /^[0-9]\.[0-9]\r\n/.test(text.slice(i + 6, i + 11)) ? 'version_not_supported' : 'bad_request'
  const named = text.slice(0, methodEnd)
  const method = knownMethod(named)
  if (method === undefined) return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(named) ? 'method_not_supported' : 'bad_request'
  head.method = method
  head.target = text.slice(start, i)
  lines.begin(text, i + 11)
  return undefined
}

function readFields(head: RequestHead, text: string, limits: HeadLimits): ErrorCode | undefined {
  const { headers, endToEnd } = head
  let connection: string | undefined
  let upgrade: string | undefined
  let traceparents = 0
  let count = 0
  for (;;) {
    const found = lines.next()
    if (found < 0) return text.length > limits.headerBytes ? 'headers_too_large' : 'bad_request'
    if (found === 0) break
    if (++count > limits.headerCount) return 'headers_too_large'
    const { name, value } = lines
    headers.appendNamed(name.lower, name.spelled, value)
    const { roles } = name
    if ((roles & (role.hopByHop | role.host | role.contentLength | role.claim)) === 0) {
      endToEnd.appendNamed(name.lower, name.spelled, value)
    }
    if (roles === 0) continue
    // The three that decide where a request ends and whom it is for; each may be there once only.
    if (roles & role.host) {
      if (head.authority !== undefined) return 'bad_request'
      head.authority = value
    } else if (roles & role.contentLength) {
      if (head.length >= 0 || head.chunked) return 'bad_request'
      const length = contentLength(value)
      if (length < 0) return 'bad_request'
      head.length = length
    } else if (roles & role.transferEncoding) {
      if (head.chunked || head.length >= 0 || head.minor === 0) return 'bad_request'
      if (value.toLowerCase() !== 'chunked') return 'bad_request'
      head.chunked = true
    } else if (roles & role.connection) connection = connection === undefined ? value : `${connection},${value}`
    else if (roles & role.upgrade) upgrade = upgrade === undefined ? value : `${upgrade}, ${value}`
    else if (roles & role.expect) {
      if (head.minor === 1 && value.toLowerCase() === '100-continue') head.expectsContinue = true
    } else if (roles & role.te) {
      if (/(?:^|,)[\t ]*trailers[\t ]*(?:,|$)/i.test(value)) head.acceptsTrailers = true
    } else if (roles & role.traceparent) head.traceparent = ++traceparents === 1 ? value : undefined
  }
  if (lines.at !== text.length) return 'bad_request'
  if (text.length > limits.headerBytes) return 'headers_too_large'

  const options = connection === undefined ? 0 : connectionOptions(connection)
  head.persistent = (options & closeOption) === 0 && (head.minor === 1 || (options & keepAliveOption) !== 0)
  if (options & upgradeOption && head.minor === 1) head.upgrade = upgrade
  if (options & namesFields && connection !== undefined) head.endToEnd = withoutNominated(endToEnd, connection)
  head.endToEnd.vouch()
  return undefined
}
