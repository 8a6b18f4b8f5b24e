import { crc32Byte, crc32End, crc32Integer, crc32Start, crc32Text } from './crc32.ts'
import { mix32 } from './mix.ts'

/** Places of the table: a prime, as the paper asks for, so that every step visits all of them. Envoy's default, too. */
export const places = 65_537

export interface MaglevServer {
  readonly host: string
  readonly port: string
  readonly weight: number
}

/**
 * The table of "Maglev: A Fast and Reliable Software Network Load Balancer" (Eisenbud and others, NSDI 2016, section 3.4):
 * every server has its own order of all places and takes the next free one whenever it is its turn. Where the paper has
 * rounds, turns come in proportion to weight here: the n-th of a server at (n + ½) / weight.
 *
 * A place holds the index of a server; the table is empty when no server has weight. About 65,537 · (ln 65,537 + log n)
 * steps: a few milliseconds, and some ten for 10,000 servers.
 */
export function buildMaglevTable(servers: readonly MaglevServer[]): Uint16Array {
  const turns = inOrderOfHash(servers)
  const table = new Uint16Array(turns.length === 0 ? 0 : places)
  const taken = new Uint8Array(places)
  for (let filled = 0; filled < table.length; filled++) {
    const server = turns[0] as Turn
    let place = server.place
    while (taken[place] === 1) place = (place + server.step) % places
    taken[place] = 1
    table[place] = server.index
    server.place = (place + server.step) % places
    server.turn++
    server.at = (server.turn + 0.5) / server.weight
    sink(turns)
  }
  return table
}

/** Where a server stands in its order of places, and when it is its turn. */
interface Turn {
  readonly index: number
  readonly weight: number
  readonly step: number
  /** Decides whose turn comes first of those at once: not the order of the list, which people change. */
  readonly rank: number
  place: number
  turn: number
  at: number
}

/** Those with weight, as a heap: the next to have its turn first, no server before the one at half its index. */
function inOrderOfHash(servers: readonly MaglevServer[]): Turn[] {
  const seen = new Map<string, number>()
  const turns: Turn[] = []
  servers.forEach(({ host, port, weight }, index) => {
    // Targets at the same host and port each have an order of their own.
    const name = `${host}\0${port}`
    const repeat = seen.get(name) ?? 0
    seen.set(name, repeat + 1)
    if (weight === 0) return
    const checksum = crc32Integer(crc32Text(crc32Byte(crc32Text(crc32Start, host), 0), port), repeat)
    const rank = mix32(crc32End(checksum)) >>> 0
    const other = mix32(rank ^ 0x5bd1e995) >>> 0
    const step = 1 + (other % (places - 1))
    turns.push({ index, weight, step, rank, place: rank % places, turn: 0, at: 0.5 / weight })
  })
  return turns.sort((a, b) => a.at - b.at || a.rank - b.rank)
}

/** Puts the first, whose turn has been, to where it belongs. */
function sink(turns: Turn[]): void {
  const sinking = turns[0] as Turn
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= turns.length) break
    if (child + 1 < turns.length && isBefore(turns[child + 1] as Turn, turns[child] as Turn)) child++
    if (!isBefore(turns[child] as Turn, sinking)) break
    turns[at] = turns[child] as Turn
    at = child
  }
  turns[at] = sinking
}

function isBefore(a: Turn, b: Turn): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank)
}
