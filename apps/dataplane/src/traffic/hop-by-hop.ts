import { HeaderList } from '@switchyard/core/http/header-list'

/**
 * Fields that are about one connection and are never passed on (RFC 9110, 7.6.1), and those that only a proxy is asked
 * for (11.7). `te` and `trailer` go with them, since trailers are not passed on; `expect` is answered here.
 */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
])

/**
 * Fields that stay although `Connection` names them: otherwise a client could take away what the gateway or the target
 * relies on (as in CVE-2024-45410).
 */
const guarded = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'authorization',
  'cookie',
  'set-cookie',
  'forwarded',
  'x-real-ip',
  'x-request-id',
])

export function isHopByHop(name: string): boolean {
  return hopByHop.has(name)
}

/** The names that a `connection` field takes away beyond those that always are; undefined when there are none. */
export function nominated(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined
  let names: Set<string> | undefined
  for (const part of connection.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === '' || name === 'close' || name === 'keep-alive' || hopByHop.has(name)) continue
    if (guarded.has(name) || name.startsWith('x-forwarded-')) continue
    names ??= new Set()
    names.add(name)
  }
  return names
}

/** A copy of the fields that go further than this connection. */
export function endToEnd(headers: Pick<HeaderList, 'get' | 'forEach'>): HeaderList {
  const dropped = nominated(headers.get('connection'))
  const kept = new HeaderList()
  headers.forEach((name, value, spelled) => {
    if (hopByHop.has(name) || dropped?.has(name)) return
    kept.append(spelled, value)
  })
  return kept
}
