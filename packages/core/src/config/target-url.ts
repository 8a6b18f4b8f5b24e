import { z } from 'zod'

/** What `targetUrl` of the schema lets through, in parts. */
const parts = /^(?<scheme>https?):\/\/(?:\[(?<v6>[^\]]*)\]|(?<name>[^:/]*))(?::(?<port>\d+))?(?<path>\/.*)?$/

const v4 = z.ipv4()
const v6 = z.ipv6()

/** Why a target's URL cannot be used, although it looks like one. */
export function urlFault(url: string): string | undefined {
  const groups = parts.exec(url)?.groups
  if (groups === undefined) return 'write a URL such as http://10.0.0.7:8080'
  const { port, path = '' } = groups
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)) return 'the port must be 1 to 65535'
  return hostFault(groups) ?? pathFault(path)
}

function hostFault({ v6: address, name = '' }: Record<string, string | undefined>): string | undefined {
  if (address !== undefined) return v6.safeParse(address).success ? undefined : 'this is not an IPv6 address'
  if (name.length > 253 || name.split('.').some((label) => label === '' || label.length > 63)) {
    return 'a host name has labels of 1 to 63 characters, 253 in all'
  }
  // A last label that is a number makes the whole an IPv4 address (WHATWG URL, "ends in a number"): only in full.
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (/^(?:\d+|0[xX][0-9a-fA-F]*)$/.test(last) && !v4.safeParse(name).success) {
    return 'write an IPv4 address in full, such as 10.0.0.7'
  }
  return undefined
}

function pathFault(path: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return 'a % in the path begins an escape such as %20'
  if (/%(?:00|2f|5c)/i.test(path)) return 'the path must not hold %00, %2F or %5C'
  const segments = path.replace(/%2e/gi, '.').split('/')
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'the path must not hold . or .. segments'
  if (path.includes('//')) return 'the path must not hold two slashes in a row'
  return undefined
}
