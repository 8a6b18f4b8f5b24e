import { type Address, parseAddress } from './address.ts'

/**
 * Compiles addresses and CIDR ranges into one question: is this address in any of them? A text that is no address is
 * in none. Throws a RangeError on a range that is none; the schema has refused such a configuration before.
 */
export function compileRanges(ranges: readonly string[]): (address: string) => boolean {
  const compiled = ranges.map(parseRange)
  if (compiled.length === 0) return () => false
  return (text) => {
    const address = parseAddress(text)
    return address !== undefined && compiled.some((range) => contains(range, address))
  }
}

interface Range {
  readonly address: Address
  /** How many leading bits count. */
  readonly bits: number
}

function parseRange(text: string): Range {
  const slash = text.indexOf('/')
  const written = slash < 0 ? text : text.slice(0, slash)
  const address = parseAddress(written)
  if (!address) throw new RangeError(`not an address or range: ${text}`)
  const size = address.length * 8
  if (slash < 0) return { address, bits: size }
  const length = text.slice(slash + 1)
  // An IPv4-mapped range, ::ffff:10.0.0.0/104, has become IPv4: its first 96 bits are gone.
  const bits = Number(length) - (size === 32 && written.includes(':') ? 96 : 0)
  if (!/^[0-9]{1,3}$/.test(length) || bits < 0 || bits > size) throw new RangeError(`not an address or range: ${text}`)
  return { address, bits }
}

function contains(range: Range, address: Address): boolean {
  if (range.address.length !== address.length) return false
  const whole = range.bits >> 3
  for (let i = 0; i < whole; i++) if (range.address[i] !== address[i]) return false
  const rest = range.bits & 7
  if (rest === 0) return true
  const mask = (0xff << (8 - rest)) & 0xff
  return ((range.address[whole] ?? 0) & mask) === ((address[whole] ?? 0) & mask)
}
