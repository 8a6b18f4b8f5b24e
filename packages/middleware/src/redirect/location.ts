/** What the placeholders of a redirect stand for. */
export interface LocationParts {
  /** Canonical path; begins with `/`. */
  readonly path: string
  /** Without `?`. */
  readonly query: string
  /** Lower case, without port. */
  readonly host: string
}

const names = ['path', 'query', 'host'] as const
type Name = (typeof names)[number]
type Piece = string | { readonly name: Name; readonly encode: (value: string) => string }

/**
 * Compiles a template such as `https://new.example.com{path}?{query}` into a function that writes a Location.
 *
 * What comes from the request cannot break out of its place: characters that a URL does not have are percent-encoded,
 * and so are separators where the value of a parameter stands (`?back={path}`). A location that begins with `/` begins
 * with one only: `//evil.example` would be another site. Without a query, `?{query}` leaves no trace.
 */
export function compileLocation(template: string): (parts: LocationParts) => string {
  const local = !/^https?:/i.test(template)
  const full = compile(template)
  const short = compile(template.replace(/\?\{query\}&/g, '?').replace(/[?&]\{query\}/g, ''))
  return (parts) => {
    const location = write(parts.query === '' ? short : full, parts)
    return local ? `/${location.replace(/^\/+/, '')}` : location
  }
}

/** What is wrong with a template. */
export function checkLocation(template: string): string[] {
  for (const [, name = ''] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (!isName(name)) return [`{${name}} is none of {path}, {query}, {host}`]
  }
  const rest = template.replace(/\{(?:path|query|host)\}/g, '')
  if (/[{}]/.test(rest)) return ['a brace stands alone']
  if (/%(?![0-9a-fA-F]{2})/.test(rest)) return ['a % stands alone; write %25']
  if ([...template.matchAll(/\{/g)].length > 8) return ['at most 8 placeholders']
  if (/^\/\//.test(template)) return ['begin with / or with https://']
  if (/^(?:\/|\{path\})/.test(template)) return []
  const [, authority] = /^https?:\/\/(.*?)(?=[/?#]|\{path\}|$)/i.exec(template) ?? []
  if (authority === undefined) return ['begin with /, {path}, http:// or https://']
  // What a client chooses must not end up in the name of the site.
  if (!/^(?:(?:[A-Za-z0-9_-]+\.)*(?:[A-Za-z0-9_-]+|\{host\})|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.test(authority)) {
    return ['write a host, perhaps with a port, after //; of the placeholders it may end in {host} only']
  }
  return []
}

function compile(template: string): Piece[] {
  const pieces: Piece[] = []
  const queryFrom = template.indexOf('?')
  let at = 0
  for (const { 0: placeholder, 1: name = '', index } of template.matchAll(/\{(\w+)\}/g)) {
    if (!isName(name)) continue
    if (index > at) pieces.push(template.slice(at, index))
    const inValue = queryFrom >= 0 && index > queryFrom && !(name === 'query' && /[?&]/.test(template[index - 1] ?? ''))
    pieces.push({ name, encode: inValue ? encodeValue : encodeStray })
    at = index + placeholder.length
  }
  if (at < template.length) pieces.push(template.slice(at))
  return pieces
}

function write(pieces: readonly Piece[], parts: LocationParts): string {
  let location = ''
  for (const piece of pieces) location += typeof piece === 'string' ? piece : piece.encode(parts[piece.name])
  return location
}

const isName = (name: string): name is Name => (names as readonly string[]).includes(name)

/** Everything that RFC 3986 gives no place in a URL, a backslash (browsers take it for a slash) among it. */
const encodeStray = (value: string) => value.replace(/[^\x21-\x7e]+|["#<>\\^`{|}]/g, encodeURIComponent)

const encodeValue = (value: string) => encodeURIComponent(value).replace(/%2F/g, '/')
