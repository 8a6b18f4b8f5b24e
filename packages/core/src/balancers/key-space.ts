/** A target, by its index, that has a part of the keys of a piece. */
export interface Holding {
  readonly target: number
  /** Above 0, up to 1. */
  readonly part: number
}

/** All values that a key may hash to, from 0 to below `size`, cut into pieces that each have one holder. */
export interface KeySpace {
  readonly size: number
  /** Where each piece ends, ascending; it begins where the one before it ends. The last is `size`; none: no holders. */
  readonly ends: Float64Array
  /** The holder of each piece, by its place in `holders`. */
  readonly owners: Uint16Array
  /** Mostly one target each; several where they stand at the same place, or share what one has that is out. */
  readonly holders: readonly (readonly Holding[])[]
}

/** The exact share of the key space that each target has. */
export function keySpaceShares({ size, ends, owners, holders }: KeySpace, targetCount: number): number[] {
  const lengths = new Float64Array(holders.length)
  let start = 0
  for (let piece = 0; piece < ends.length; piece++) {
    const end = ends[piece] as number
    const owner = owners[piece] as number
    lengths[owner] = (lengths[owner] as number) + end - start
    start = end
  }
  const shares = new Array<number>(targetCount).fill(0)
  holders.forEach((holdings, owner) => {
    const share = (lengths[owner] as number) / size
    for (const { target, part } of holdings) shares[target] = (shares[target] as number) + share * part
  })
  return shares
}

/**
 * The share of the key space that changes its target from one configuration to another, in one pass over the pieces of
 * both. Targets are the same by `names`, given in the order of each; where several share a piece, no more moves than must.
 */
export function movedShare(
  before: KeySpace,
  after: KeySpace,
  names: { readonly before: readonly string[]; readonly after: readonly string[] },
): number {
  if (before.size !== after.size) throw new RangeError('Key spaces of different sizes cannot be compared.')
  const kept = new Map<number, number>()
  let at = 0
  let moved = 0
  let one = 0
  let other = 0
  while (one < before.ends.length && other < after.ends.length) {
    const from = before.owners[one] as number
    const to = after.owners[other] as number
    const pair = from * after.holders.length + to
    let same = kept.get(pair)
    if (same === undefined) {
      same = commonPart(before.holders[from] ?? [], after.holders[to] ?? [], names)
      kept.set(pair, same)
    }
    const end = Math.min(before.ends[one] as number, after.ends[other] as number)
    moved += (end - at) * (1 - same)
    at = end
    if (before.ends[one] === end) one++
    if (after.ends[other] === end) other++
  }
  // One of them has no holders at all: what the other has, all moves.
  if (before.ends.length !== 0 || after.ends.length !== 0) moved += before.size - at
  return moved / before.size
}

function commonPart(
  before: readonly Holding[],
  after: readonly Holding[],
  names: { readonly before: readonly string[]; readonly after: readonly string[] },
): number {
  let common = 0
  for (const holding of before) {
    const same = after.find(({ target }) => names.after[target] === names.before[holding.target])
    if (same !== undefined) common += Math.min(holding.part, same.part)
  }
  return Math.min(1, common)
}

/** Holders for the targets themselves, by index; what belongs to one that is not eligible is shared like the rest. */
export function holdersOf(lengths: ArrayLike<number>, eligible: readonly boolean[]): Holding[][] {
  let total = 0
  eligible.forEach((one, target) => {
    if (one) total += lengths[target] as number
  })
  const others: Holding[] = []
  if (!eligible.every(Boolean) && total > 0) {
    eligible.forEach((one, target) => {
      const length = lengths[target] as number
      if (one && length > 0) others.push({ target, part: length / total })
    })
  }
  return eligible.map((one, target) => (one ? [{ target, part: 1 }] : others))
}
