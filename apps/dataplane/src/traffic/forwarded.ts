import { plainAddress } from '@switchyard/core/http/address'
import { clientAddress } from '@switchyard/core/http/client-address'
import type { HeaderList } from '@switchyard/core/http/header-list'
import { parseHost } from '@switchyard/core/http/host'

/** Who sent a request and how, as far as those we trust say. */
export interface Origin {
  readonly clientIp: string
  readonly scheme: 'http' | 'https'
  /** The host that the client asked for, perhaps with a port. */
  readonly host: string
  /** The client and then each proxy it came through, the peer last. */
  readonly chain: readonly string[]
  /** The id that a trusted peer gave the request. */
  readonly requestId: string | undefined
}

/** What is known of the connection. */
export interface Peer {
  readonly ip: string
  readonly scheme: 'http' | 'https'
  readonly trusted: (address: string) => boolean
}

/** An id that may stand in a log and in a header. */
const usableId = /^[A-Za-z0-9._~:/+=-]{1,128}$/

/**
 * Who sent the request. Forwarded headers count only from a trusted peer, and then as far as the chain of trust goes;
 * entries to the left of the client are its own claims and are left out of the chain.
 */
export function findOrigin(headers: Pick<HeaderList, 'get'>, authority: string, peer: Peer): Origin {
  const ip = plainAddress(peer.ip)
  if (!peer.trusted(ip)) {
    return { clientIp: ip, scheme: peer.scheme, host: authority, chain: [ip], requestId: undefined }
  }
  const forwardedFor = headers.get('x-forwarded-for')
  const clientIp = clientAddress(ip, forwardedFor, peer.trusted)
  const proto = headers.get('x-forwarded-proto')?.trim().toLowerCase()
  const host = headers.get('x-forwarded-host')?.trim()
  const requestId = headers.get('x-request-id')
  return {
    clientIp,
    scheme: proto === 'https' || proto === 'http' ? proto : peer.scheme,
    host: host !== undefined && parseHost(host) !== undefined ? host : authority,
    chain: chainOf(clientIp, forwardedFor, ip),
    requestId: requestId !== undefined && usableId.test(requestId) ? requestId : undefined,
  }
}

/** The entries from the client on. The client is the right-most one that is not trusted, so it is looked for from there. */
function chainOf(clientIp: string, forwardedFor: string | undefined, peer: string): string[] {
  if (clientIp === peer || forwardedFor === undefined) return [peer]
  const entries = forwardedFor.split(',').map((entry) => plainAddress(entry.trim()))
  const first = entries.lastIndexOf(clientIp)
  return first < 0 ? [clientIp, peer] : [...entries.slice(first), peer]
}

/**
 * Removes every field by which a client could claim to be another, underscore spellings included (some backends read
 * `X_Forwarded_For` as the same), and says it anew.
 */
export function rewriteForwarded(headers: HeaderList, origin: Origin, requestId: string): void {
  const claimed: string[] = []
  headers.forEach((name) => {
    if (isClaim(name)) claimed.push(name)
  })
  for (const name of claimed) headers.delete(name)

  headers.append('x-forwarded-for', origin.chain.length === 1 ? origin.clientIp : origin.chain.join(', '))
  headers.append('x-forwarded-proto', origin.scheme)
  if (origin.host !== '') headers.append('x-forwarded-host', origin.host)
  headers.append('forwarded', forwardedField(origin))
  headers.append('x-request-id', requestId)
}

function isClaim(name: string): boolean {
  const first = name.charCodeAt(0)
  if (first !== 0x78 && first !== 0x66) return false // x, f
  const plain = name.includes('_') ? name.replaceAll('_', '-') : name
  return (
    plain === 'forwarded' ||
    plain === 'x-real-ip' ||
    plain === 'x-request-id' ||
    plain.startsWith('x-forwarded-') ||
    plain.startsWith('x-original-') ||
    plain.startsWith('x-rewrite-')
  )
}

/** RFC 7239, 4: one element per hop; what was asked for stands with the client. */
function forwardedField({ chain, host, scheme }: Origin): string {
  const asked =
    host === '' ? `;proto=${scheme}` : `;host=${/^[A-Za-z0-9._-]+$/.test(host) ? host : `"${host}"`};proto=${scheme}`
  let field = `for=${node(chain[0] ?? 'unknown')}${asked}`
  for (let i = 1; i < chain.length; i++) field += `, for=${node(chain[i] ?? 'unknown')}`
  return field
}

/** RFC 7239, 6: an IPv6 address stands in brackets, and what has a colon in quotes. */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address
}
