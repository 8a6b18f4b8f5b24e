/** What became of the traffic of an upstream in a stretch of time. */
interface Slot {
  readonly number: number
  /** By target: attempts, and how many of those there were it was expected to get. */
  readonly byTarget: Map<string, [measured: number, expected: number]>
  total: number
}

const slotMs = 10_000
const slots = 6
/** Fewer attempts say nothing of shares. */
const fewest = 100
/** The same of a single target. */
const fewestExpected = 10

/** Compares the shares that the targets of an upstream get with those they are expected to get, over the last minute. */
export class Fairness {
  #slots: Slot[] = []
  /** How many attempts each had, when it was last looked. */
  #seen: ReadonlyMap<string, number> | undefined

  /**
   * @param requests of each target since the node began, over all workers
   * @param predict the share of each of those that are picked now, from 0 to 1; undefined while that cannot be said
   * @param now milliseconds, monotonic
   */
  look(
    requests: ReadonlyMap<string, number>,
    predict: () => ReadonlyMap<string, number> | undefined,
    now: number,
  ): void {
    const seen = this.#seen
    this.#seen = requests
    if (!seen || !hasGrown(requests, seen)) return
    const expected = predict()
    if (!expected) return
    const grown = new Map<string, number>()
    let total = 0
    for (const target of expected.keys()) {
      const before = seen.get(target)
      // It came in between: what it was to get is not known.
      if (before === undefined) return
      const more = (requests.get(target) ?? 0) - before
      grown.set(target, more)
      total += more
    }
    if (total <= 0) return
    const slot = this.#slotAt(now)
    slot.total += total
    for (const [target, share] of expected) {
      const sums = slot.byTarget.get(target) ?? [0, 0]
      slot.byTarget.set(target, sums)
      sums[0] += grown.get(target) ?? 0
      sums[1] += share * total
    }
  }

  /** How much more than its share the target got that got most of that; null while there is too little to say so. */
  at(now: number): number | null {
    this.#forget(now)
    if (this.#slots.reduce((sum, { total }) => sum + total, 0) < fewest) return null
    const sums = new Map<string, [number, number]>()
    for (const { byTarget } of this.#slots) {
      for (const [target, [measured, expected]] of byTarget) {
        const sum = sums.get(target) ?? [0, 0]
        sums.set(target, [sum[0] + measured, sum[1] + expected])
      }
    }
    const ratios = [...sums.values()].flatMap(([measured, expected]) =>
      expected < fewestExpected ? [] : measured / expected,
    )
    return ratios.length === 0 ? null : Math.round(ratios.reduce((most, one) => Math.max(most, one), 0) * 1000) / 1000
  }

  #slotAt(now: number): Slot {
    const number = Math.floor(now / slotMs)
    const last = this.#slots.at(-1)
    if (last?.number === number) return last
    const slot: Slot = { number, byTarget: new Map(), total: 0 }
    this.#forget(now)
    this.#slots.push(slot)
    return slot
  }

  #forget(now: number): void {
    const oldest = Math.floor(now / slotMs) - slots
    if ((this.#slots[0]?.number ?? oldest + 1) <= oldest)
      this.#slots = this.#slots.filter(({ number }) => number > oldest)
  }
}

function hasGrown(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  for (const [target, count] of now) if (count > (before.get(target) ?? count)) return true
  return false
}
