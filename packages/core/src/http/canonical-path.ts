const slash = 0x2f
const percent = 0x25

/** `%00`, `%2F` and `%5C`: what backends take for the end of a string or for a separator. */
const dangerousEscape = /%(?:00|2f|5c)/i
const brokenEscape = /%(?![0-9a-fA-F]{2})/
const escapedDot = /%2e/gi

/**
 * The one form of a path that is matched, authorised and forwarded, or undefined when the request must be refused (400).
 *
 * - Dot segments are resolved, `%2e` counting as a dot (RFC 3986, 5.2.4). A path that climbs above the root is
 *   refused, as nginx does, and so is a dot segment with a parameter (`/..;x/`), which servlet containers resolve.
 * - Runs of slashes become one, before dot segments are looked at: `/a//../b` is `/b`, as in nginx.
 * - Refused: no `/` in front, `%00`, `%2F`, `%5C`, a `%` that is no escape, a backslash, `#`, `?`, space, control and
 *   non-ASCII bytes.
 * - Every other byte stays as the client wrote it.
 *
 * Takes the path alone, without the query. A path that is canonical already is returned itself.
 */
export function canonicalPath(raw: string): string | undefined {
  if (raw.charCodeAt(0) !== slash) return undefined

  let escapes = false
  let rebuild = false
  let previous = 0
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || code === 0x5c || code === 0x23 || code === 0x3f) return undefined
    if (code === percent) escapes = true
    // A doubled slash, or a segment that begins with a dot or an escape: look closer.
    if (previous === slash && (code === slash || code === 0x2e || code === percent)) rebuild = true
    previous = code
  }
  if (escapes && (brokenEscape.test(raw) || dangerousEscape.test(raw))) return undefined
  return rebuild ? resolve(raw) : raw
}

function resolve(raw: string): string | undefined {
  const kept: string[] = []
  let directory = false
  for (const segment of raw.split('/')) {
    directory = true
    if (segment === '') continue
    const plain = segment.replace(escapedDot, '.')
    if (plain === '.') continue
    if (plain === '..') {
      if (kept.length === 0) return undefined
      kept.pop()
      continue
    }
    if (plain.startsWith('.;') || plain.startsWith('..;')) return undefined
    kept.push(segment)
    directory = false
  }
  return `/${kept.join('/')}${directory && kept.length > 0 ? '/' : ''}`
}
