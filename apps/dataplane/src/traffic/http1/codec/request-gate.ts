import type { ErrorCode } from '@switchyard/core/errors'
import { canonicalPath, type PathRules } from '@switchyard/core/http/canonical-path'
import { parseHost } from '@switchyard/core/http/host'
import type { RequestHead } from './request-head.ts'

/** Whom a request is for and what it asks for, in the parts that are needed later. */
export interface CheckedTarget {
  /** The Host field as sent; empty when an HTTP/1.0 client sent none. */
  readonly authority: string
  /** Lower case, without port; empty as above. */
  readonly host: string
  /** Path and query as on the wire, scheme and authority of an absolute target left out. */
  readonly url: string
  /** Canonical. */
  readonly path: string
  /** Without `?`; empty when there is none. */
  readonly query: string
}

const absolute = /^https?:\/\/([^/?]*)(.*)$/i

/** What the head of a request asks for, or the code to refuse it with (RFC 9112, 3.2 and 3.3; RFC 9110, 7.2). */
export function checkTarget(head: RequestHead, paths?: PathRules): CheckedTarget | ErrorCode {
  const { method, target, authority } = head
  if (method === 'CONNECT') return 'method_not_supported'
  const url = originForm(target, method, authority)
  if (url === undefined) return 'bad_request'
  // HTTP/1.0 knows no Host; the empty one is no host that a route could name.
  const host = authority === undefined ? (head.minor === 0 ? '' : undefined) : hostOf(authority)
  if (host === undefined) return 'bad_request'
  const mark = url.indexOf('?')
  const path = url === '*' ? url : canonicalPath(mark < 0 ? url : url.slice(0, mark), paths)
  if (path === undefined) return 'bad_request'
  return { authority: authority ?? '', host, url, path, query: mark < 0 ? '' : url.slice(mark + 1) }
}

/** Path and query of a target in one of the forms of RFC 9112, 3.2, or undefined when it is none we take. */
function originForm(target: string, method: string, authority: string | undefined): string | undefined {
  if (target.charCodeAt(0) === 0x2f) return target
  if (target === '*') return method === 'OPTIONS' ? target : undefined
  const [, named, rest] = absolute.exec(target) ?? []
  if (named === undefined || rest === undefined) return undefined
  if (named.toLowerCase() !== authority?.toLowerCase()) return undefined
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** Hosts that were asked for lately, by the Host field. */
const hosts = new Map<string, string>()
const hostsKept = 512

function hostOf(authority: string): string | undefined {
  const known = hosts.get(authority)
  if (known !== undefined) return known
  const host = parseHost(authority)
  if (host === undefined) return undefined
  if (hosts.size >= hostsKept) hosts.clear()
  // Copies: slices of a head would keep all of it in memory.
  hosts.set(Buffer.from(authority, 'latin1').toString('latin1'), Buffer.from(host, 'latin1').toString('latin1'))
  return host
}
