/** What a listener allows beside the strict rules. */
export interface PathRules {
  /** Runs of slashes become one. */
  readonly mergeSlashes: boolean
  /** What becomes of `%2F` and `%5C`: the request is refused, or they stay as they are and separate nothing. */
  readonly encodedSeparators: 'refuse' | 'keep'
}

const strict: PathRules = { mergeSlashes: true, encodedSeparators: 'refuse' }

const slash = 0x2f
const percent = 0x25

/** What backends take for the end of a string. */
const escapedNul = /%00/
/** What backends take for a separator. */
const escapedSeparator = /%(?:2f|5c)/i
const brokenEscape = /%(?![0-9a-fA-F]{2})/
const escapedDot = /%2e/gi
const dotSegment = /^\.\.?(?:;|$)/

/**
 * The one form of a path that is matched, authorised and forwarded, or undefined when the request must be refused (400).
 *
 * - Dot segments are resolved, `%2e` counting as a dot (RFC 3986, 5.2.4). A path that climbs above the root is
 *   refused, as nginx does, and so is a dot segment with a parameter (`/..;x/`), which servlet containers resolve.
 * - Runs of slashes become one, before dot segments are looked at: `/a//../b` is `/b`, as in nginx.
 * - `rules` may let runs of slashes and escaped separators stay (not beside a dot segment); the rest is the same for all.
 * - Refused: no `/` in front, `%00`, `%2F`, `%5C`, a `%` that is no escape, a backslash, `#`, `?`, space, control and
 *   non-ASCII bytes.
 * - Every other byte stays as the client wrote it.
 *
 * Takes the path alone, without the query. A path that is canonical already is returned itself.
 */
export function canonicalPath(raw: string, rules: PathRules = strict): string | undefined {
  if (raw.charCodeAt(0) !== slash) return undefined

  let escapes = false
  let rebuild = false
  let previous = 0
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i)
    if (code <= 0x20 || code >= 0x7f || code === 0x5c || code === 0x23 || code === 0x3f) return undefined
    if (code === percent) escapes = true
    // A doubled slash, or a segment that begins with a dot or an escape: look closer.
    if (previous === slash && ((code === slash && rules.mergeSlashes) || code === 0x2e || code === percent))
      rebuild = true
    previous = code
  }
  if (escapes) {
    if (brokenEscape.test(raw) || escapedNul.test(raw)) return undefined
    if (escapedSeparator.test(raw)) {
      if (rules.encodedSeparators === 'refuse') return undefined
      rebuild = true
    }
  }
  return rebuild ? resolve(raw, rules) : raw
}

function resolve(raw: string, rules: PathRules): string | undefined {
  const segments = raw.split('/')
  const kept: string[] = []
  let directory = false
  // The first is what stands before the first slash.
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i] as string
    directory = true
    if (segment === '' && (rules.mergeSlashes || i === segments.length - 1)) continue
    const plain = segment.replace(escapedDot, '.')
    if (plain === '.') continue
    if (plain === '..') {
      if (kept.length === 0) return undefined
      kept.pop()
      continue
    }
    if (plain.startsWith('.;') || plain.startsWith('..;')) return undefined
    // One who takes the escape for a separator would climb here.
    if (plain.split(escapedSeparator).some((part, _i, parts) => parts.length > 1 && dotSegment.test(part))) {
      return undefined
    }
    kept.push(segment)
    directory = false
  }
  return `/${kept.join('/')}${directory && kept.length > 0 ? '/' : ''}`
}
