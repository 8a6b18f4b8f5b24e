import { networkInterfaces } from 'node:os'
import { parseAddress } from '@switchyard/core/http/address'
import { compileRanges } from '@switchyard/core/http/address-range'

/** What targets may be at. */
export interface AddressPolicyOptions {
  /** Addresses and ranges that are reached although the list below has them. */
  readonly allow: readonly string[]
  /** Where the node itself listens for its operators: never reached, whatever is allowed. */
  readonly own: readonly { readonly address: string; readonly port: number }[]
}

/** May a connection be opened to this address? Asked with what a name resolved to, when the connection is opened. */
export type AddressPolicy = (address: string, port: number) => boolean

/**
 * Unspecified, multicast and link-local addresses, and those at which clouds serve credentials to whoever asks. The last
 * three are the same link-local range behind NAT64 (RFC 6052), 6to4 (RFC 3056) and as IPv4-compatible addresses (RFC 4291).
 */
const refused = compileRanges([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '::',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254',
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
  '::a9fe:0/112',
])

const unspecified = compileRanges(['0.0.0.0', '::'])
/** What leads to this very machine: a socket connected to an unspecified address arrives at the loopback. */
const loopback = compileRanges(['127.0.0.0/8', '::1', '0.0.0.0', '::'])

/** @throws RangeError when one of `allow` is neither an address nor a range */
export function createAddressPolicy({ allow, own }: AddressPolicyOptions): AddressPolicy {
  const allowed = compileRanges(allow)
  return (address, port) => {
    if (own.some((place) => place.port === port && leadsTo(address, place.address))) return false
    return allowed(address) || !refused(address)
  }
}

/** Would a connection to `address` arrive at who listens on `listening`? Rather yes than no. */
function leadsTo(address: string, listening: string): boolean {
  if (unspecified(listening)) return loopback(address) || ofThisMachine(address)
  if (loopback(listening)) return loopback(address)
  return sameAddress(address, listening)
}

function ofThisMachine(address: string): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((own) => sameAddress(own.address, address)))
}

function sameAddress(a: string, b: string): boolean {
  return parseAddress(a)?.join() === parseAddress(b)?.join()
}

/** A target's address is one that must not be reached. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}
