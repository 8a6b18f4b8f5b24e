import { compileRanges } from '@switchyard/core/http/address-range'

/**
 * Addresses that no target may resolve to: unspecified, multicast and link-local ones, and those at which clouds serve
 * credentials to whoever asks. The last line is the same link-local range behind NAT64 (RFC 6052).
 */
const refused = compileRanges([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '::',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::254',
  '64:ff9b::a9fe:0/112',
])

/** May a connection be opened to this address? Asked with what a name resolved to, when the connection is opened. */
export function addressAllowed(address: string): boolean {
  return !refused(address)
}

/** A target's address is one that must not be reached. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}
