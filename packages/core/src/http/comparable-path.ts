import { canonicalPath } from './canonical-path.ts'

/** Anything that is not a `pchar` of RFC 3986, 3.3, nor a slash. `%` is among it, so an escape is looked at as well. */
const unusual = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/
const unusualParts = /%[0-9a-fA-F]{2}|[\ud800-\udbff][\udc00-\udfff]|[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g
const plain = /^[A-Za-z0-9\-._~!$&'()*+,;=:@]$/

/**
 * The form in which paths are compared: a character that may stand for itself stands for itself, every other is an
 * escape in capitals (RFC 3986, 6.2.2). Only for comparing: what is forwarded keeps the bytes the client wrote.
 *
 * Without it `/%61dmin` would pass by a route for `/admin`, and the target would serve it as `/admin` all the same.
 */
export function comparablePath(path: string): string {
  return unusual.test(path) ? path.replace(unusualParts, comparable) : path
}

function comparable(part: string): string {
  if (part.length === 3 && part.charCodeAt(0) === 0x25) {
    const character = String.fromCharCode(Number.parseInt(part.slice(1), 16))
    return plain.test(character) ? character : part.toUpperCase()
  }
  try {
    return encodeURIComponent(part)
  } catch {
    return '%EF%BF%BD' // half of a surrogate pair
  }
}

/**
 * A path as people write it in a configuration, in the form that is compared: `/café` is `/caf%C3%A9`, `/a//b` is
 * `/a/b`. Undefined when no request can ever have it, such as `/a%2Fb`.
 */
export function configuredPath(path: string): string | undefined {
  const canonical = canonicalPath(comparablePath(path))
  return canonical === undefined ? undefined : comparablePath(canonical)
}
