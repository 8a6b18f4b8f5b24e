import dns, { type LookupAddress, type LookupOptions } from 'node:dns'
import net, { type OnReadOpts } from 'node:net'
import tls from 'node:tls'
import { type AddressPolicy, AddressRefused } from './address-policy.ts'
import type { TargetTls } from './tls/target-tls.ts'

/** Where a target is. */
export interface Endpoint {
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
}

/**
 * Begins a connection to a target, every address it could lead to having been asked about first. The socket emits
 * `connect` (with TLS then `secureConnect`) when it is usable; the caller owns it from now on, its errors included.
 *
 * @param security how TLS is spoken; undefined: it is not
 * @param onread takes what comes in, in place of `data` events
 */
export function openSocket(
  endpoint: Endpoint,
  allowed: AddressPolicy,
  security: TargetTls | undefined,
  onread?: OnReadOpts,
): net.Socket {
  const { host, port } = endpoint
  if (net.isIP(host) !== 0 && !allowed(host, port)) {
    const socket = new net.Socket()
    process.nextTick(() => socket.destroy(new AddressRefused(`refused: ${host}`)))
    return socket
  }
  const options = {
    host,
    port,
    lookup: (name: string, options: LookupOptions, found: Found) => lookupAllowed(name, port, allowed, options, found),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    ...(onread && { onread }),
  }
  if (!security) return net.connect(options)
  const socket = tls.connect({ ...options, ...security.connectionOptions() })
  security.keepSession(socket)
  return socket
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void
type FoundAll = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void

/** Look-ups that are under way, and who waits for each: those of one name at one time are one. */
const lookups = new Map<string, FoundAll[]>()
/** So many may wait for one look-up; each holds a socket that has not been opened yet. */
const mostWaiting = 10_000

function lookupAll(name: string, found: FoundAll): void {
  const waiting = lookups.get(name)
  if (waiting) {
    if (waiting.length < mostWaiting) waiting.push(found)
    else found(new Error(`too many wait for the address of ${name}`), [])
    return
  }
  const first = [found]
  lookups.set(name, first)
  dns.lookup(name, { all: true }, (error, addresses) => {
    lookups.delete(name)
    for (const each of first) each(error, addresses)
  })
}

/** `dns.lookup` without the addresses that must not be reached. */
function lookupAllowed(
  name: string,
  port: number,
  allowed: AddressPolicy,
  { all, family }: LookupOptions,
  found: Found,
): void {
  lookupAll(name, (error, addresses) => {
    if (error) return found(error, [])
    const reachable = addresses.filter(({ address }) => allowed(address, port))
    const first = family === 6 || family === 4 ? reachable.find((one) => one.family === family) : reachable[0]
    if (!first) return found(new AddressRefused(`refused: ${name}`), [])
    if (all) found(null, reachable)
    else found(null, first.address, first.family)
  })
}
