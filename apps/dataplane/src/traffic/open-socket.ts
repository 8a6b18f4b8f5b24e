import dns, { type LookupAddress, type LookupOptions } from 'node:dns'
import net from 'node:net'
import tls from 'node:tls'
import { AddressRefused, addressAllowed } from './address-policy.ts'

/** Where a target is. */
export interface Endpoint {
  readonly secure: boolean
  /** A name, or an address without brackets. */
  readonly host: string
  readonly port: number
}

/**
 * Begins a connection to a target, every address it could lead to having been asked about first. The socket emits
 * `connect` (with TLS: `secureConnect`) when it is usable; the caller owns it from now on, its errors included.
 */
export function openSocket(endpoint: Endpoint): net.Socket {
  const { host, port } = endpoint
  if (net.isIP(host) !== 0 && !addressAllowed(host)) {
    const socket = new net.Socket()
    process.nextTick(() => socket.destroy(new AddressRefused(`refused: ${host}`)))
    return socket
  }
  const options = { host, port, lookup: lookupAllowed, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }
  if (!endpoint.secure) return net.connect(options)
  // An address is no server name (RFC 6066, 3); the certificate is then checked against the address.
  return tls.connect({ ...options, servername: net.isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] })
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** `dns.lookup` without the addresses that must not be reached. */
function lookupAllowed(hostname: string, options: LookupOptions, found: Found): void {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, [])
    const allowed = addresses.filter(({ address }) => addressAllowed(address))
    const [first] = allowed
    if (!first) return found(new AddressRefused(`refused: ${hostname}`), [])
    if (options.all) found(null, allowed)
    else found(null, first.address, first.family)
  })
}
