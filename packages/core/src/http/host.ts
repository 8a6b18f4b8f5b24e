import { parseAddress } from './address.ts'

const name = /^(?:[A-Za-z0-9_-]+\.)*[A-Za-z0-9_-]+\.?$/
const port = /^[0-9]{1,5}$/

/**
 * The host of a Host field, in lower case, without the port and without the dot that may end a full name; IPv6 keeps
 * its brackets. Undefined when the request must be refused (400): empty, a user, a path, a comma, a space, an empty
 * label, an escape, a port that is no number from 0 to 65535.
 *
 * Stricter than RFC 9112, 3.2: a name is made of letters, digits, `-` and `_` only, since backends disagree on the rest.
 */
export function parseHost(field: string): string | undefined {
  let host = field
  const close = field.startsWith('[') ? field.indexOf(']') : -1
  const colon = field.indexOf(':', close + 1)
  if (colon >= 0) {
    const digits = field.slice(colon + 1)
    if (!port.test(digits) || Number(digits) > 65_535) return undefined
    host = field.slice(0, colon)
  }
  if (host.length > 254) return undefined
  if (close < 0) return name.test(host) ? (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase() : undefined
  const address = host.endsWith(']') ? host.slice(1, -1) : ''
  return /^[0-9A-Fa-f:.]+$/.test(address) && address.includes(':') && parseAddress(address)
    ? host.toLowerCase()
    : undefined
}
