import type { ErrorCode } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import { byteClass, isLineBeginning, isToken, targetByte } from './characters.ts'
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

/** What a head may be at most. */
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
  readonly headers = new HeaderList()
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

/** No method is longer. */
const methodBytes = 32

/**
 * Reads a whole head, or refuses it with the code for its first fault: whatever two readers could understand
 * differently (RFC 9112, 3, 5, 6 and 11.2). The connection is to be closed after a refusal.
 *
 * @param text latin1, from the first byte of the request line to the empty line inclusive
 */
export function parseRequestHead(text: string, limits: HeadLimits): RequestHead | ErrorCode {
  if (text.length > limits.headerBytes) return refusalOfLong(text.slice(0, limits.headerBytes), limits)
  return readHead(text, limits)
}

/** What a head that begins so is refused with; undefined when nothing is wrong so far. */
export function refusalOf(beginning: string, limits: HeadLimits): ErrorCode | undefined {
  const lastLine = beginning.lastIndexOf('\r\n')
  const linesEnd = lastLine < 0 ? 0 : lastLine + 2
  if (linesEnd > 0) {
    const outcome = readHead(`${beginning.slice(0, linesEnd)}\r\n`, limits)
    if (typeof outcome === 'string') return outcome
  } else {
    const [method = '', target] = beginning.split(' ', 2)
    if (method.length > methodBytes) return 'bad_request'
    if (target !== undefined) {
      if (knownMethod(method) === undefined) return refusalOfMethod(method)
      const [fitting = ''] = /^[\x21\x22\x24-\x7e]*/.exec(target) ?? []
      if (fitting.length > limits.uriBytes) return 'uri_too_long'
    }
  }
  return isLineBeginning(beginning.slice(linesEnd)) ? undefined : 'bad_request'
}

/** What a head is refused with that is too long, by the bytes that it may have. */
export function refusalOfLong(beginning: string, limits: HeadLimits): ErrorCode {
  return refusalOf(beginning, limits) ?? (beginning.includes('\r\n') ? 'headers_too_large' : 'uri_too_long')
}

function readHead(text: string, limits: HeadLimits): RequestHead | ErrorCode {
  const head = new RequestHead()
  lines.open(text, 0)
  const fault = readRequestLine(head, text, limits) ?? readFields(head, text, limits)
  lines.close()
  return fault ?? head
}

function readRequestLine(head: RequestHead, text: string, limits: HeadLimits): ErrorCode | undefined {
  const methodEnd = text.indexOf(' ')
  if (methodEnd < 0 || methodEnd > methodBytes) return 'bad_request'
  const method = knownMethod(text.slice(0, methodEnd))
  if (method === undefined) return refusalOfMethod(text.slice(0, methodEnd))
  const start = methodEnd + 1
  let end = start
  while (((byteClass[lines.byteAt(end)] as number) & targetByte) !== 0) end++
  if (end - start > limits.uriBytes) return 'uri_too_long'
  if (end === start) return 'bad_request'
  if (text.startsWith(' HTTP/1.1\r\n', end)) head.minor = 1
  else if (text.startsWith(' HTTP/1.0\r\n', end)) head.minor = 0
  else return otherVersion.test(text.slice(end, end + 11)) ? 'version_not_supported' : 'bad_request'
  head.method = method
  head.target = text.slice(start, end)
  lines.at = end + 11
  return undefined
}

const otherVersion = /^ HTTP\/[0-9]\.[0-9]\r\n$/

function refusalOfMethod(method: string): ErrorCode {
  // The preface of HTTP/2 (RFC 9113, 3.4).
  if (method === 'PRI') return 'version_not_supported'
  return isToken(method) ? 'method_not_supported' : 'bad_request'
}

/** What has no place in the fields for a target, whatever it says. */
const notForTargets = role.hopByHop | role.host | role.contentLength | role.claim

function readFields(head: RequestHead, text: string, limits: HeadLimits): ErrorCode | undefined {
  const { headers, endToEnd } = head
  let connection: string | undefined
  let proxyOptions = 0
  let upgrade: string | undefined
  let traceparents = 0
  for (let found = lines.next(); found !== 0; found = lines.next()) {
    if (found < 0) return 'bad_request'
    const { name, value } = lines
    if (headers.size === limits.headerCount) return 'headers_too_large'
    headers.appendNamed(name, value)
    const { roles } = name
    if ((roles & notForTargets) === 0) endToEnd.appendNamed(name, value)
    if (roles === 0) continue
    // The three that decide where a request ends and whom it is for; each may be there once only.
    if (roles & role.host) {
      if (head.authority !== undefined) return 'bad_request'
      head.authority = value
    } else if (roles & role.contentLength) {
      head.length = head.length < 0 && !head.chunked && !lines.tabbed ? contentLength(value) : -1
      if (head.length < 0) return 'bad_request'
    } else if (roles & role.transferEncoding) {
      if (head.chunked || head.length >= 0 || head.minor === 0) return 'bad_request'
      if (lines.tabbed || value.toLowerCase() !== 'chunked') return 'bad_request'
      head.chunked = true
    } else if (roles & role.connection) {
      if (lines.tabbed) return 'bad_request'
      connection = connection === undefined ? value : `${connection},${value}`
    } else if (roles & role.upgrade) upgrade = upgrade ? `${upgrade}, ${value}` : value || undefined
    else if (roles & role.proxyConnection) {
      proxyOptions |= connectionOptions(value)
      if (proxyOptions & upgradeOption) return 'bad_request'
    } else if (roles & role.expect) head.expectsContinue ||= head.minor === 1 && value.toLowerCase() === '100-continue'
    else if (roles & role.te) head.acceptsTrailers ||= trailersCoding.test(value)
    else if (roles & role.traceparent) head.traceparent = ++traceparents === 1 ? value : undefined
  }
  if (lines.at !== text.length) return 'bad_request'

  const options = connection === undefined ? 0 : connectionOptions(connection)
  head.persistent =
    ((options | proxyOptions) & closeOption) === 0 && (head.minor === 1 || (options & keepAliveOption) !== 0)
  if (options & upgradeOption && head.minor === 1) head.upgrade = upgrade
  if (options & namesFields && connection !== undefined) head.endToEnd = withoutNominated(endToEnd, connection)
  head.endToEnd.vouch()
  return undefined
}

const trailersCoding = /(?:^|,)[\t ]*trailers[\t ]*(?:,|$)/i
