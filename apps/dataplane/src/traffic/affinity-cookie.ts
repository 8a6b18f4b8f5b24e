/**
 * Visits the values of a cookie of this name in a Cookie field (RFC 6265, 5.4), without quotes around them, until `use`
 * takes one. Whatever a client sends, each character is looked at a bounded number of times.
 */
export function findCookie<T>(field: string, name: string, use: (value: string) => T | undefined): T | undefined {
  // The characters of a name cannot stand before one, so that no place inside a match can begin another.
  for (let at = field.indexOf(name); at >= 0; at = field.indexOf(name, at + name.length)) {
    const from = at + name.length + 1
    if (field.charCodeAt(from - 1) !== equals || !beginsPair(field, at)) continue
    const end = field.indexOf(';', from)
    const used = use(unquoted(field.slice(from, end < 0 ? field.length : end)))
    if (used !== undefined) return used
    if (end < 0) return undefined
    at = end - name.length
  }
  return undefined
}

const equals = 0x3d
const semicolon = 0x3b

/** Before it stands nothing, or a semicolon and perhaps spaces. */
function beginsPair(field: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && isSpace(field.charCodeAt(before))) before--
  return before < 0 || field.charCodeAt(before) === semicolon
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09

function unquoted(text: string): string {
  const value = text.trim()
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}
