/** What is asked of nginx: servers with their weights, keys, and heads to read. */

/** An address as written, or the n-th of ten with a port. */
export type Place = string | number

export interface Case<At> extends Weighting<At> {
  /** The strategy that is to do the same. */
  type: 'hash' | 'consistent-hash' | 'weighted-round-robin'
}

export interface Weighting<At> {
  servers: Server<At>[]
  /** Which server fails at a request when it is tried, by index, -1 for none; over and over. */
  failing?: number[]
}

interface Server<At> {
  address: At
  weight: number
  down?: boolean
  maxFails?: number
}

/** Requests of which the turns are recorded, where no failures say how many. */
export const turns = 300

/** The key of a request: counters, words, paths, and bytes beyond ASCII (each character is a byte). */
export function keyAt(index: number): string {
  const spread = Math.imul(index + 1, 0x9e3779b1) >>> 0
  if (index % 4 === 0) return String(index)
  if (index % 4 === 1) return spread.toString(36)
  if (index % 4 === 2) return `/path/${spread % 1000}?user=${index}`
  return `${spread.toString(16)}\u00e9 \u00ff${index}`
}

/** Weightings for both ways of hashing. */
export function weightings(extra: Weighting<Place>[]): Weighting<Place>[] {
  const ten = Array.from({ length: 10 }, (_, index) => index)
  return [
    { servers: servers(5, 1, 1) },
    { servers: servers(3, 2, 7) },
    { servers: ten.map((address) => ({ address, weight: 1 })) },
    { servers: ten.map((address) => ({ address, weight: address + 1 })) },
    { servers: servers(1000, 24, 3) },
    { servers: servers(1) },
    { servers: [{ address: 0, weight: 5, down: true }, ...servers(1, 1, 1).slice(1)] },
    {
      // Most of the weight is down: many keys come to the end of their tries, and go on by turns.
      servers: servers(9, 1, 10, 2).map((server, at) => ({ ...server, down: at % 2 === 0 })),
    },
    {
      // One server listed twice: its points are shared.
      servers: [
        { address: 0, weight: 2 },
        { address: 0, weight: 3 },
        { address: 1, weight: 4 },
      ],
    },
    // The target that is tried first fails for some requests, and another one is tried.
    { servers: servers(3, 2, 2).map((server) => ({ ...server, maxFails: 0 })), failing: [0, -1, 1, 0, 2] },
    ...extra,
  ]
}

/** Weightings whose turns are recorded: the usual, with failures, and many drawn from a seed. */
export function turnings(): Weighting<Place>[] {
  const drawn = Array.from({ length: 20 }, (_, n) =>
    servers(...Array.from({ length: 2 + (n % 7) }, (_, m) => 1 + ((Math.imul(n * 8 + m + 1, 0x9e3779b1) >>> 8) % 30))),
  )
  const plain = [
    servers(5, 1, 1),
    servers(3, 2, 7),
    servers(1, 1, 1),
    servers(100, 1),
    servers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
    servers(1),
    servers(4, 3, 2, 1).map((server, at) => ({ ...server, down: at === 1 })),
    ...drawn,
  ]
  return [
    ...plain.map((servers) => ({ servers })),
    ...drawnFailing(1000),
    // Fewer failures of each than maxFails, so that nginx goes on using it: only the effective weight shows them.
    {
      servers: servers(50, 30, 20).map((server) => ({ ...server, maxFails: 7 })),
      failing: failures(40, [1, 2, 3, 5, 8, 13], [4, 9, 10, 30], [6, 7, 20, 33, 34, 39]),
    },
    {
      servers: servers(5, 1, 1).map((server) => ({ ...server, maxFails: 3 })),
      failing: failures(turns, [0, 11], [2, 14], [100, 101]),
    },
    {
      servers: servers(9, 9, 2, 30).map((server) => ({ ...server, maxFails: 4 })),
      failing: failures(turns, [0, 1, 50], [2, 3, 51], [4, 5, 6], [7, 60, 150]),
    },
  ]
}

/** So many requests show each of the drawn weightings. */
const drawnTurns = 48

/**
 * So many weightings of 2 to 9 servers, drawn from a seed, with failures in between: of each server fewer than its maxFails,
 * so that nginx goes on using it, and only the effective weight shows them.
 */
function drawnFailing(count: number): Weighting<Place>[] {
  let state = 0x2545f491
  // xorshift32 (Marsaglia, 2003).
  const draw = (below: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
  return Array.from({ length: count }, () => {
    const largest = [3, 10, 100, 1000][draw(4)] ?? 1
    const weights = Array.from({ length: 2 + draw(8) }, () => 1 + draw(largest))
    const maxFails = 2 + draw(7)
    const left = weights.map(() => maxFails - 1)
    const failing = Array.from({ length: drawnTurns }, () => {
      const server = draw(weights.length)
      if (draw(4) > 0 || !left[server]) return -1
      left[server]--
      return server
    })
    return { servers: servers(...weights).map((server) => ({ ...server, maxFails })), failing }
  })
}

function servers(...weights: number[]): Server<Place>[] {
  return weights.map((weight, address) => ({ address, weight }))
}

/** Which target fails at each request, if it is tried; -1 is none. The lists are the requests of each target. */
function failures(length: number, ...lists: number[][]): number[] {
  return Array.from({ length }, (_, request) => lists.findIndex((list) => list.includes(request)))
}

/** Request targets and cookies of which nginx says the parameter `user` and the cookie `session`. */
export const heads: [url: string, cookie: string][] = [
  ['/?user=1', 'session=1'],
  ['/?a=b&user=x%20y+z&user=2', 'a=b; session=x%20y; session=2'],
  ['/?USER=upper', 'SESSION=upper'],
  ['/?xuser=1&user=2', 'xsession=1; session=2'],
  ['/?user&user=3', 'session; session=3'],
  ['/?user=&user=4', 'session=; session=4'],
  ['/?users=1&&user=a=b', 'sessions=1;;session=a=b'],
  ['/?auser=1&user', 'session = spaced ; b=c'],
  ['/?user', 'a=b,session=comma'],
  ['/?', 'session=x,y'],
  ['/', 'a=session=1; b=2'],
  ['/user=1', 'session'],
  ['/?user=a?user=b', 'session="quoted"'],
  ['/?user=%C3%A9&x', 'a="b; session=inner"'],
  ['/?b=user=1&user=last', '  session=  x  ; c'],
]
