import type { ErrorCode } from '@switchyard/core/errors'
import { canonicalPath } from '@switchyard/core/http/canonical-path'
import { HeaderList } from '@switchyard/core/http/header-list'
import { parseHost } from '@switchyard/core/http/host'

/** The head of a request as the parser gave it: fields as they came, none left out, none joined. */
export interface RequestHead {
  readonly method: string
  /** The request target, as on the wire. */
  readonly target: string
  /** `1.0` or `1.1`. */
  readonly version: string
  /** `[name, value, …]` */
  readonly rawHeaders: readonly string[]
}

export interface HeadLimits {
  readonly headerBytes: number
  readonly headerCount: number
  readonly uriBytes: number
}

/** How the body of a request is framed; undefined when there is none. */
export type Framing = { readonly length: number | undefined }

/** A head that passed, in the parts that are needed later. */
export interface CheckedHead {
  readonly headers: HeaderList
  /** The Host field as sent. */
  readonly authority: string
  /** Lower case, without port. */
  readonly host: string
  /** Path and query as on the wire, scheme and authority of an absolute target left out. */
  readonly url: string
  /** Canonical. */
  readonly path: string
  readonly query: string
  readonly framing: Framing | undefined
}

/** What is between two bytes of a target may be anything that is printable ASCII, but no fragment (RFC 9112, 3.2). */
const targetFault = /[^\x21-\x7e]|#/
const valueFault = /[^\t\x20-\x7e\x80-\xff]/
const digits = /^[0-9]{1,16}$/
const absolute = /^https?:\/\/([^/?]*)(.*)$/i

/**
 * Refuses every head that two readers could understand differently, before anything is decided on it; see RFC 9112, 3 and
 * 6, and 11.2 on smuggling. The parser before it has refused what is no HTTP at all.
 *
 * @returns the head, or the code to refuse it with; the connection is then closed
 */
export function checkHead(head: RequestHead, limits: HeadLimits): CheckedHead | ErrorCode {
  const { method, target, version, rawHeaders } = head
  // The preface of HTTP/2 and its like are no request of ours, whatever the parser makes of them.
  if (version !== '1.1' && version !== '1.0') return 'bad_request'
  if (method === 'CONNECT') return 'method_not_supported'
  if (target.length > limits.uriBytes) return 'uri_too_long'
  if (rawHeaders.length > limits.headerCount * 2) return 'headers_too_large'
  if (targetFault.test(target)) return 'bad_request'

  let bytes = method.length + target.length
  let authority: string | undefined
  let length: string | undefined
  let encoding: string | undefined
  const headers = new HeaderList()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // Names and values come in pairs.
    const name = rawHeaders[i] as string
    const value = rawHeaders[i + 1] as string
    bytes += name.length + value.length + 4
    if (valueFault.test(value)) return 'bad_request'
    headers.append(name, value)
    // The three that decide where a request ends and whom it is for; each may be there once only.
    if (isNamed(name, 'host')) {
      if (authority !== undefined) return 'bad_request'
      authority = value
    } else if (isNamed(name, 'content-length')) {
      if (length !== undefined || !digits.test(value)) return 'bad_request'
      length = value
    } else if (isNamed(name, 'transfer-encoding')) {
      if (encoding !== undefined || version !== '1.1' || value.toLowerCase() !== 'chunked') return 'bad_request'
      encoding = value
    }
  }
  if (bytes > limits.headerBytes) return 'headers_too_large'
  if (length !== undefined && (encoding !== undefined || Number(length) > Number.MAX_SAFE_INTEGER)) return 'bad_request'

  const url = originForm(target, method, authority)
  if (url === undefined) return 'bad_request'
  // HTTP/1.0 knows no Host; the empty one is no host that a route could name.
  const host = authority === undefined ? (version === '1.0' ? '' : undefined) : parseHost(authority)
  if (host === undefined) return 'bad_request'

  const mark = url.indexOf('?')
  const path = url === '*' ? url : canonicalPath(mark < 0 ? url : url.slice(0, mark))
  if (path === undefined) return 'bad_request'
  const query = mark < 0 ? '' : url.slice(mark + 1)
  const framing =
    encoding !== undefined
      ? chunked
      : length === undefined || Number(length) === 0
        ? undefined
        : { length: Number(length) }
  return { headers, authority: authority ?? '', host, url, path, query, framing }
}

const chunked: Framing = { length: undefined }

function isNamed(name: string, lower: string): boolean {
  return name.length === lower.length && name.toLowerCase() === lower
}

/** Path and query of a request target in one of the forms of RFC 9112, 3.2, or undefined when it is none we take. */
function originForm(target: string, method: string, authority: string | undefined): string | undefined {
  if (target.charCodeAt(0) === 0x2f) return target
  if (target === '*') return method === 'OPTIONS' ? target : undefined
  const [, named, rest] = absolute.exec(target) ?? []
  if (named === undefined || rest === undefined) return undefined
  if (named.toLowerCase() !== authority?.toLowerCase()) return undefined
  return rest.startsWith('/') ? rest : `/${rest}`
}
