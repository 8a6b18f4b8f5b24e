import { type HeaderName, headerName } from '@switchyard/core/http/header-list'
import { isToken } from './characters.ts'

/** The name of a field and what it is for. */
export interface FieldName extends HeaderName {
  /** A sum of `role`s. */
  readonly roles: number
}

export const role = {
  /** About one connection, never passed on (RFC 9110, 7.6.1 and 11.7). */
  hopByHop: 1,
  host: 1 << 1,
  contentLength: 1 << 2,
  transferEncoding: 1 << 3,
  connection: 1 << 4,
  expect: 1 << 5,
  upgrade: 1 << 6,
  te: 1 << 7,
  keepAlive: 1 << 8,
  /** By it a client could claim to be somebody else, or to have asked for something else. */
  claim: 1 << 9,
  /** Stays although `Connection` names it: the gateway or the target relies on it (as in CVE-2024-45410). */
  guarded: 1 << 10,
  /** Must not stand behind a body (RFC 9110, 6.5.1): framing, routing, authentication, how to read the content. */
  noTrailer: 1 << 11,
  traceparent: 1 << 12,
  /** Old clients say by it what they ought to say by Connection. */
  proxyConnection: 1 << 13,
} as const

const { hopByHop, claim, guarded, noTrailer } = role

/** What the names are for that are for something. */
const exact = new Map<string, number>()

function give(roles: number, names: string): void {
  for (const name of names.split(' ')) exact.set(name, (exact.get(name) ?? 0) | roles)
}

give(role.host | guarded, 'host')
give(role.contentLength | guarded, 'content-length')
give(role.transferEncoding | hopByHop, 'transfer-encoding')
give(role.connection | hopByHop, 'connection')
give(role.proxyConnection | hopByHop, 'proxy-connection')
give(role.keepAlive | hopByHop, 'keep-alive')
give(role.expect | hopByHop, 'expect')
give(role.upgrade | hopByHop, 'upgrade')
give(role.te | hopByHop, 'te')
give(hopByHop, 'trailer http2-settings proxy-authenticate proxy-authorization proxy-authentication-info')
give(role.traceparent | guarded, 'traceparent')
give(claim | guarded, 'forwarded x-real-ip x-request-id')
give(guarded, 'authorization cookie set-cookie content-type content-encoding content-range tracestate')

/** Names that mean something to whoever frames a message or handles a connection. */
const ofConnections = new Set(
  [...exact].filter(([, roles]) => roles & (hopByHop | role.contentLength)).map(([name]) => name),
)

give(noTrailer, [...exact.keys()].filter((name) => !name.startsWith('trace')).join(' '))
give(
  noTrailer,
  'www-authenticate cache-control pragma max-forwards range date age expires location retry-after vary warning',
)
give(noTrailer, 'if-match if-none-match if-modified-since if-unmodified-since if-range')

const claimed = /^x-(?:forwarded|original|rewrite)-/

/** In the spelling that is usual beside the one in lower case. */
const usual =
  'A-IM Accept Accept-CH Accept-Charset Accept-Encoding Accept-Language Accept-Patch Accept-Ranges ' +
  'Access-Control-Allow-Credentials Access-Control-Allow-Headers Access-Control-Allow-Methods ' +
  'Access-Control-Allow-Origin Access-Control-Expose-Headers Access-Control-Max-Age Access-Control-Request-Headers ' +
  'Access-Control-Request-Method Age Allow Alt-Svc Authorization Cache-Control Cache-Status CDN-Cache-Control ' +
  'Clear-Site-Data Connection Content-Disposition Content-Encoding Content-Language Content-Length Content-Location ' +
  'Content-Range Content-Security-Policy Content-Security-Policy-Report-Only Content-Type Cookie ' +
  'Cross-Origin-Embedder-Policy Cross-Origin-Opener-Policy Cross-Origin-Resource-Policy Date Device-Memory DNT ' +
  'Downlink Early-Data ECT ETag Expect Expires Forwarded From Host HTTP2-Settings Idempotency-Key If-Match ' +
  'If-Modified-Since If-None-Match If-Range If-Unmodified-Since Keep-Alive Last-Event-ID Last-Modified Link Location ' +
  'Max-Forwards NEL Origin P3P Permissions-Policy Pragma Prefer Preference-Applied Priority Proxy-Authenticate ' +
  'Proxy-Authentication-Info Proxy-Authorization Proxy-Connection Purpose Range RateLimit RateLimit-Policy Referer ' +
  'Referrer-Policy Report-To Reporting-Endpoints Retry-After RTT Save-Data Sec-CH-UA Sec-CH-UA-Arch ' +
  'Sec-CH-UA-Full-Version-List Sec-CH-UA-Mobile Sec-CH-UA-Model Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode ' +
  'Sec-Fetch-Site Sec-Fetch-User Sec-GPC Sec-Purpose Sec-WebSocket-Accept Sec-WebSocket-Extensions ' +
  'Sec-WebSocket-Key Sec-WebSocket-Protocol Sec-WebSocket-Version Server Server-Timing Service-Worker Set-Cookie ' +
  'SOAPAction SourceMap Strict-Transport-Security Surrogate-Control TE Timing-Allow-Origin Traceparent Tracestate ' +
  'Trailer Transfer-Encoding Upgrade Upgrade-Insecure-Requests User-Agent Vary Via WWW-Authenticate Warning ' +
  'X-Amzn-Trace-Id X-API-Key X-AspNet-Version X-B3-SpanId X-B3-TraceId X-Cache X-Content-Type-Options ' +
  'X-Correlation-ID X-CSRF-Token X-DNS-Prefetch-Control X-Forwarded-For X-Forwarded-Host X-Forwarded-Port ' +
  'X-Forwarded-Prefix X-Forwarded-Proto X-Forwarded-Server X-Frame-Options X-HTTP-Method-Override X-Original-URL ' +
  'X-Permitted-Cross-Domain-Policies X-Powered-By X-RateLimit-Limit X-RateLimit-Remaining X-RateLimit-Reset ' +
  'X-Real-IP X-Request-ID X-Requested-With X-Rewrite-URL X-Robots-Tag X-Runtime X-Tenant X-Trace-ID X-UA-Compatible ' +
  'X-XSS-Protection'

const wellKnown = new Map<string, FieldName>()
for (const spelled of usual.split(' ')) {
  for (const form of [spelled, spelled.toLowerCase()]) wellKnown.set(form, makeName(form))
}

/** Those that are common, in their usual spellings. */
export function wellKnownNames(): Iterable<FieldName> {
  return wellKnown.values()
}

/** The name of a field, from how it is spelled: a token. The same object again for one that is well known. */
export function fieldName(spelled: string): FieldName {
  return wellKnown.get(spelled) ?? makeName(spelled)
}

/** The same for a text that may be no token; undefined then. */
export function checkedFieldName(text: string): FieldName | undefined {
  return wellKnown.get(text) ?? (isToken(text) ? makeName(text) : undefined)
}

function makeName(spelled: string): FieldName {
  const { lower, lead } = headerName(spelled)
  return { lower, spelled, lead, roles: rolesOf(lower) }
}

/** What a field is for, by its name in lower case: a sum of `role`s. */
export function rolesOf(lower: string): number {
  const roles = exact.get(lower) ?? 0
  const first = lower.charCodeAt(0)
  if (first === 0x73 && lower.startsWith('sec-websocket-')) return roles | guarded // a handshake needs all of them
  if (lower.includes('_')) return roles | rolesOfAlias(lower.replaceAll('_', '-'))
  return first === 0x78 && claimed.test(lower) ? roles | claim | guarded | noTrailer : roles
}

/**
 * Some backends read `X_Forwarded_For` as they read `X-Forwarded-For`, and `Content_Length` as `Content-Length`. The
 * latter means nothing to us, and nobody gets it.
 */
function rolesOfAlias(plain: string): number {
  if (ofConnections.has(plain)) return hopByHop | noTrailer
  return rolesOf(plain) & (claim | noTrailer)
}
