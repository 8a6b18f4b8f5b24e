import { plainAddress } from '@switchyard/core/http/address'
import { clientAddress } from '@switchyard/core/http/client-address'
import { type HeaderList, headerName } from '@switchyard/core/http/header-list'
import { parseHost } from '@switchyard/core/http/host'

/** Who sent a request and how, as far as those we trust say. */
export interface Origin {
  readonly client: { readonly ip: string; readonly port: number }
  readonly scheme: 'http' | 'https'
  /** What targets are told, as values of `x-forwarded-for`, `x-forwarded-host` (empty: not told) and `forwarded`. */
  readonly forwardedFor: string
  readonly host: string
  readonly forwarded: string
  /** The id that a trusted peer gave the request. */
  readonly requestId: string | undefined
}

/** An id that may stand in a log and in a header. */
const usableId = /^[A-Za-z0-9._~:/+=-]{1,128}$/

/** The other end of a connection. Mostly the same is said of all its requests, so what was said last is kept. */
export class Peer {
  readonly ip: string
  readonly client: { readonly ip: string; readonly port: number }
  readonly #scheme: 'http' | 'https'
  #last: { authority: string; origin: Origin } | undefined
  #trusted: ((address: string) => boolean) | undefined
  #believed = false

  constructor(ip: string, port: number, scheme: 'http' | 'https') {
    this.ip = plainAddress(ip)
    this.client = { ip: this.ip, port }
    this.#scheme = scheme
  }

  /**
   * Who sent the request. Forwarded headers count only from a trusted peer, and then as far as the chain of trust goes;
   * entries to the left of the client are its own claims and are left out of the chain.
   */
  originOf(headers: Pick<HeaderList, 'get'>, authority: string, trusted: (address: string) => boolean): Origin {
    if (this.#trusted !== trusted) {
      this.#trusted = trusted
      this.#believed = trusted(this.ip)
    }
    if (this.#believed) return this.#believe(headers, authority, trusted)
    if (this.#last?.authority === authority) return this.#last.origin
    const origin = describe(this.client, [this.ip], authority, this.#scheme, undefined)
    this.#last = { authority, origin }
    return origin
  }

  #believe(headers: Pick<HeaderList, 'get'>, authority: string, trusted: (address: string) => boolean): Origin {
    const forwardedFor = headers.get('x-forwarded-for')
    const clientIp = clientAddress(this.ip, forwardedFor, trusted)
    const proto = headers.get('x-forwarded-proto')?.trim().toLowerCase()
    const host = headers.get('x-forwarded-host')?.trim()
    const requestId = headers.get('x-request-id')
    return describe(
      clientIp === this.ip ? this.client : { ip: clientIp, port: this.client.port },
      chainOf(clientIp, forwardedFor, this.ip),
      host !== undefined && parseHost(host) !== undefined ? host : authority,
      proto === 'https' || proto === 'http' ? proto : this.#scheme,
      requestId !== undefined && usableId.test(requestId) ? requestId : undefined,
    )
  }
}

/** @param chain the client and then each proxy it came through, the peer last */
function describe(
  client: Origin['client'],
  chain: readonly string[],
  host: string,
  scheme: 'http' | 'https',
  requestId: string | undefined,
): Origin {
  const forwardedFor = chain.join(', ')
  return { client, scheme, forwardedFor, host, forwarded: forwardedField(chain, host, scheme), requestId }
}

/** The entries from the client on. The client is the right-most one that is not trusted, so it is looked for from there. */
function chainOf(clientIp: string, forwardedFor: string | undefined, peer: string): string[] {
  if (clientIp === peer || forwardedFor === undefined) return [peer]
  const entries = forwardedFor.split(',').map((entry) => plainAddress(entry.trim()))
  const first = entries.lastIndexOf(clientIp)
  return first < 0 ? [clientIp, peer] : [...entries.slice(first), peer]
}

/** Made once: they are in every request. */
const names = {
  for: headerName('x-forwarded-for'),
  proto: headerName('x-forwarded-proto'),
  host: headerName('x-forwarded-host'),
  forwarded: headerName('forwarded'),
  requestId: headerName('x-request-id'),
}

/** Says who sent the request. What the client claimed of itself has been left out of these fields before. */
export function appendForwarded(headers: HeaderList, origin: Origin, requestId: string): void {
  headers.appendNamed(names.for, origin.forwardedFor)
  headers.appendNamed(names.proto, origin.scheme)
  if (origin.host !== '') headers.appendNamed(names.host, origin.host)
  headers.appendNamed(names.forwarded, origin.forwarded)
  headers.appendNamed(names.requestId, requestId)
}

/** RFC 7239, 4: one element per hop; what was asked for stands with the client. */
function forwardedField(chain: readonly string[], host: string, scheme: string): string {
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
