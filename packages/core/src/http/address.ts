/** An IP address as its bytes: 4, or 16. */
export type Address = readonly number[]

/**
 * The bytes of an IP address in text form, or undefined when it is none. IPv4 in dotted decimal without leading zeros
 * (some readers take those for octal); IPv6 as in RFC 4291, 2.2, a zone (`%eth0`) left out. An IPv4-mapped IPv6
 * address, as a dual-stack socket gives for IPv4 peers, is the IPv4 address.
 */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  const zone = text.indexOf('%')
  const address = parseIpv6(zone < 0 ? text : text.slice(0, zone))
  return address && isMapped(address) ? address.slice(12) : address
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  if (!parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return parts.map(Number)
}

function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '', halves.length === 1)
  const tail = groups(halves[1] ?? '', true)
  if (!head || !tail) return undefined
  const missing = 16 - head.length - tail.length
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** Bytes of groups between colons. The last one may be dotted decimal when the address ends there. */
function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (last && index === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part)
      if (!ipv4) return undefined
      bytes.push(...ipv4)
      continue
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
    const group = Number.parseInt(part, 16)
    bytes.push(group >> 8, group & 0xff)
  }
  return bytes
}

function isMapped(address: Address): boolean {
  return address[10] === 0xff && address[11] === 0xff && address.slice(0, 10).every((byte) => byte === 0)
}

/** The usual text of an address: an IPv4-mapped one as IPv4, anything else as it came. */
export function plainAddress(text: string): string {
  if (!/^::ffff:/i.test(text)) return text
  const address = parseAddress(text)
  return address?.length === 4 ? address.join('.') : text
}
