import { crc32Byte, crc32End, crc32Integer, crc32Start, crc32Text } from './crc32.ts'

/** Points per unit of weight, as in nginx. */
export const pointsPerWeight = 160

/** A ring of points, each standing for a server. A key belongs to the first point that is not below its checksum. */
export interface HashRing {
  /** Ascending, each once. */
  readonly hashes: Uint32Array
  /** The server of each point, by its place in the list that the ring was built from. */
  readonly servers: Uint16Array
}

/** A host and port on the ring; targets that share both share its points. */
export interface RingServer {
  readonly host: string
  /** Empty when none was written. */
  readonly port: string
  readonly weight: number
}

/**
 * The ring of nginx's `hash KEY consistent` (`ngx_http_upstream_init_chash` in `ngx_http_upstream_hash_module.c`): per
 * server a chain of points, each the CRC-32 of host, NUL, port and the point before. Of equal points the one of the
 * server that comes first stays.
 */
export function buildRing(servers: readonly RingServer[]): HashRing {
  const count = servers.reduce((sum, server) => sum + server.weight * pointsPerWeight, 0)
  const hashes = new Uint32Array(count)
  const owners = new Uint16Array(count)
  let point = 0
  servers.forEach((server, owner) => {
    const base = crc32Text(crc32Byte(crc32Text(crc32Start, server.host), 0), server.port)
    let last = 0
    for (let n = server.weight * pointsPerWeight; n > 0; n--) {
      last = crc32End(crc32Integer(base, last))
      hashes[point] = last
      owners[point++] = owner
    }
  })
  return withoutRepeats(sortPoints({ hashes, servers: owners }))
}

/** The index of the point that a checksum (signed or unsigned) belongs to; the number of points when it is the first again. */
export function findPoint(ring: HashRing, checksum: number): number {
  const hash = checksum >>> 0
  const { hashes } = ring
  let low = 0
  let high = hashes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((hashes[middle] as number) < hash) low = middle + 1
    else high = middle
  }
  return low
}

const digitBits = 11
const digitValues = 1 << digitBits

/**
 * Sorts by hash, equal ones in the order they came: a radix sort by three digits. A million points take some tens of
 * milliseconds, a comparison sort several times that.
 */
function sortPoints(ring: HashRing): HashRing {
  let from = ring
  let to: HashRing = { hashes: new Uint32Array(ring.hashes.length), servers: new Uint16Array(ring.hashes.length) }
  for (let shift = 0; shift < 32; shift += digitBits) {
    const places = new Uint32Array(digitValues + 1)
    for (const hash of from.hashes) {
      const digit = ((hash >>> shift) & (digitValues - 1)) + 1
      places[digit] = (places[digit] as number) + 1
    }
    for (let digit = 1; digit < digitValues; digit++) {
      places[digit] = (places[digit] as number) + (places[digit - 1] as number)
    }
    for (let i = 0; i < from.hashes.length; i++) {
      const hash = from.hashes[i] as number
      const digit = (hash >>> shift) & (digitValues - 1)
      const place = places[digit] as number
      places[digit] = place + 1
      to.hashes[place] = hash
      to.servers[place] = from.servers[i] as number
    }
    const sorted = to
    to = from
    from = sorted
  }
  return from
}

function withoutRepeats(ring: HashRing): HashRing {
  const { hashes, servers } = ring
  let kept = 0
  for (let i = 0; i < hashes.length; i++) {
    if (i > 0 && hashes[i] === hashes[kept - 1]) continue
    hashes[kept] = hashes[i] as number
    servers[kept++] = servers[i] as number
  }
  return { hashes: hashes.subarray(0, kept), servers: servers.subarray(0, kept) }
}
