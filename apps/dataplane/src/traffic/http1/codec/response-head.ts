import { HeaderList } from '@switchyard/core/http/header-list'
import { isLineBeginning } from './characters.ts'
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

/** What a response may have: fields, and bytes of its whole head. */
const responseFields = 100
export const responseHeadBytes = 65_536

/** The head of a response that reads in one way only (RFC 9112, 4 to 6). */
export class ResponseHead {
  /** 100 to 599. */
  status = 200
  /** HTTP/1.0 or HTTP/1.1. */
  minor: 0 | 1 = 1
  /** End-to-end fields only: without those about the connection, those that `Connection` names, and Content-Length. Vouched for. */
  headers = new HeaderList()
  /** Content-Length in bytes; -1 when there is none, or when the status has no content. */
  length = -1
  chunked = false
  /** The target keeps the connection: by version and `Connection`. What ends with the connection is not looked at here. */
  persistent = true
  /** What `Keep-Alive: timeout=N` promises, in milliseconds; -1 when it promises nothing. */
  keepAliveMs = -1
  /** The value of Upgrade, when `Connection` names it. */
  upgrade: string | undefined = undefined
}

const lines = new FieldLines()

/**
 * Reads a whole head, or says what is wrong with it.
 *
 * @param text latin1, from the first byte of the status line to the empty line inclusive
 */
export function parseResponseHead(text: string): ResponseHead | { fault: string } {
  const head = new ResponseHead()
  const fault = text.length > responseHeadBytes ? faultOfLong(text.slice(0, responseHeadBytes)) : readHead(head, text)
  return fault === undefined ? head : { fault }
}

/** What is wrong with a head that begins so; undefined when nothing is so far. */
export function faultOf(beginning: string): string | undefined {
  const lastLine = beginning.lastIndexOf('\r\n')
  const linesEnd = lastLine < 0 ? 0 : lastLine + 2
  if (linesEnd > 0) {
    const fault = readHead(new ResponseHead(), `${beginning.slice(0, linesEnd)}\r\n`)
    if (fault !== undefined) return fault
  } else if (!'HTTP/1.'.startsWith(beginning.slice(0, 7))) return 'version'
  return isLineBeginning(beginning.slice(linesEnd)) ? undefined : 'control byte'
}

/** What is wrong with a head that is too long, by the bytes that it may have. */
export function faultOfLong(beginning: string): string {
  return faultOf(beginning) ?? 'too long'
}

function readHead(head: ResponseHead, text: string): string | undefined {
  lines.open(text, 0)
  const fault = readStatusLine(head, text) ?? readFields(head, text)
  lines.close()
  return fault
}

const space = 0x20
const zero = 0x30

/** `HTTP/1.1 200 OK`. RFC 9112, 4 wants the second space even where no reason follows; many leave it out then. */
function readStatusLine(head: ResponseHead, text: string): string | undefined {
  if (text.startsWith('HTTP/1.1 ')) head.minor = 1
  else if (text.startsWith('HTTP/1.0 ')) head.minor = 0
  else return 'version'
  let status = 0
  for (let i = 9; i < 12; i++) {
    const digit = lines.byteAt(i) - zero
    if (digit < 0 || digit > 9) return 'status'
    status = status * 10 + digit
  }
  if (status < 100 || status > 599) return 'status'
  head.status = status
  const end = lines.byteAt(12) === space ? lines.endOfValue(13) : 12
  if (!text.startsWith('\r\n', end)) return 'reason'
  lines.at = end + 2
  return undefined
}

function readFields(head: ResponseHead, text: string): string | undefined {
  const { headers } = head
  let connection: string | undefined
  let proxyOptions = 0
  let upgrade: string | undefined
  let count = 0
  for (let found = lines.next(); found !== 0; found = lines.next()) {
    if (found < 0) return 'field'
    if (++count > responseFields) return 'number of fields'
    const { name, value } = lines
    const { roles } = name
    if ((roles & (role.hopByHop | role.contentLength)) === 0) headers.appendNamed(name, value)
    else if (roles & role.contentLength) {
      head.length = head.length < 0 && !head.chunked && !lines.tabbed ? contentLength(value) : -1
      if (head.length < 0) return 'content-length'
    } else if (roles & role.transferEncoding) {
      if (head.chunked || head.length >= 0 || head.minor === 0) return 'transfer-encoding'
      if (lines.tabbed || value.toLowerCase() !== 'chunked') return 'transfer-encoding'
      head.chunked = true
    } else if (roles & role.connection) {
      if (lines.tabbed) return 'connection'
      connection = connection === undefined ? value : `${connection},${value}`
    } else if (roles & role.upgrade) upgrade = upgrade ? `${upgrade}, ${value}` : value || undefined
    else if (roles & role.proxyConnection) {
      proxyOptions |= connectionOptions(value)
      if (proxyOptions & upgradeOption) return 'proxy-connection'
    } else if (roles & role.keepAlive) head.keepAliveMs = keepAliveMs(value)
  }
  if (lines.at !== text.length) return 'field'

  const options = connection === undefined ? 0 : connectionOptions(connection)
  head.persistent =
    ((options | proxyOptions) & closeOption) === 0 && (head.minor === 1 || (options & keepAliveOption) !== 0)
  if (options & upgradeOption) head.upgrade = upgrade
  if (options & namesFields && connection !== undefined) head.headers = withoutNominated(headers, connection)
  head.headers.vouch()
  if (head.status < 200 || head.status === 204) {
    // There is no content, whatever is said (RFC 9112, 6.3); one who says so may send some nevertheless.
    if (head.chunked || head.length > 0) head.persistent = false
    head.chunked = false
    head.length = -1
  }
  return undefined
}

/** `timeout` of a Keep-Alive field (RFC 2068, 19.7.1.1) in milliseconds, or -1. Mostly it stands there alone. */
function keepAliveMs(value: string): number {
  const alone = value.startsWith('timeout=') ? contentLength(value.slice(8)) : -1
  const seconds = alone < 0 ? Number(timeout.exec(value)?.[1] ?? -1) : alone
  return seconds >= 0 && seconds < 1_000_000 ? seconds * 1000 : -1
}

const timeout = /(?:^|[,;\t ])timeout=([0-9]{1,6})(?:[,;\t ]|$)/i
