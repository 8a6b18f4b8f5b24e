import { parseAddress, plainAddress } from './address.ts'

/**
 * The address of the client: the right-most one that no trusted proxy vouches for. Only a trusted peer's
 * `x-forwarded-for` is looked at; each entry is believed as long as the one to its right is trusted. An entry that is
 * no address ends the walk, and the last believed one stands. When all are trusted, the left-most is the client.
 *
 * @param peer the address at the other end of the connection
 * @param forwardedFor the joined values of `x-forwarded-for`
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: (address: string) => boolean,
): string {
  let client = plainAddress(peer)
  if (forwardedFor === undefined) return client
  const entries = forwardedFor.split(',')
  while (trusted(client)) {
    const entry = entries.pop()
    const address = entry === undefined ? undefined : withoutPort(entry.trim())
    if (address === undefined || !parseAddress(address)) return client
    client = plainAddress(address)
  }
  return client
}

/** Some proxies write `192.0.2.1:4711`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(entry)
  if (bracketed) return bracketed[1] ?? ''
  return entry.replace(/^([0-9.]+):[0-9]{1,5}$/, '$1')
}
