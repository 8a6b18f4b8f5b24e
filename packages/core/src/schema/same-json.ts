/** Whether two plain JSON values are the same: order of keys and a missing against an undefined one count for nothing. */
export function sameJson(a: unknown, b: unknown): boolean {
  // Not Object.is: 0 and -0 are one number in JSON.
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  }
  const one = a as Record<string, unknown>
  const other = b as Record<string, unknown>
  const within = (key: string) => Object.hasOwn(other, key) || one[key] === undefined
  return (
    Object.keys(one).every((key) => within(key) && sameJson(one[key], other[key])) &&
    Object.keys(other).every((key) => Object.hasOwn(one, key) || other[key] === undefined)
  )
}
