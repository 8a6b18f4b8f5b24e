import type { Shares } from './expected-shares.ts'

/** Attempts at a target, and how many it was expected to get of those there were. */
interface Sums {
  measured: number
  expected: number
}

interface Slot {
  readonly number: number
  readonly targets: Map<string, Sums>
}

const slotMs = 10_000
const slots = 6
/** Fewer attempts of an upstream in the window say nothing of shares, and neither do fewer expected ones of a target. */
const fewestAttempts = 100
const fewestExpected = 10

/**
 * Compares what the targets of one upstream got over all nodes with what they were expected to get, in the last minute.
 * Added up at each report by what was eligible at that node then: so neither a target that was out for a while nor a node
 * that sees fewer targets than the others counts as unfair.
 */
export class FairnessWindow {
  #slots: Slot[] = []

  add(attempts: ReadonlyMap<string, number>, shares: Shares, now: number): void {
    let total = 0
    for (const target of shares.keys()) total += attempts.get(target) ?? 0
    if (total === 0) return
    const { targets } = this.#slotAt(now)
    for (const [target, share] of shares) {
      const sums = targets.get(target) ?? { measured: 0, expected: 0 }
      targets.set(target, sums)
      sums.measured += attempts.get(target) ?? 0
      sums.expected += share * total
    }
  }

  /** How much more than its share the target got that got most of that; null while there is too little to say so. */
  at(now: number): number | null {
    this.#forget(now)
    const sums = new Map<string, Sums>()
    let attempts = 0
    for (const { targets } of this.#slots) {
      for (const [target, { measured, expected }] of targets) {
        const sum = sums.get(target) ?? { measured: 0, expected: 0 }
        sums.set(target, { measured: sum.measured + measured, expected: sum.expected + expected })
        attempts += measured
      }
    }
    if (attempts < fewestAttempts) return null
    const ratios = [...sums.values()].flatMap(({ measured, expected }) =>
      expected < fewestExpected ? [] : measured / expected,
    )
    return ratios.length === 0 ? null : Math.round(ratios.reduce((most, one) => Math.max(most, one), 0) * 1000) / 1000
  }

  /** Nothing of the last minute is left. */
  isEmpty(now: number): boolean {
    this.#forget(now)
    return this.#slots.length === 0
  }

  #slotAt(now: number): Slot {
    this.#forget(now)
    const number = Math.floor(now / slotMs)
    const last = this.#slots.at(-1)
    if (last?.number === number) return last
    const slot = { number, targets: new Map<string, Sums>() }
    this.#slots.push(slot)
    return slot
  }

  /** What is later than now was noted before the clock was put back. */
  #forget(now: number): void {
    const newest = Math.floor(now / slotMs)
    this.#slots = this.#slots.filter(({ number }) => number > newest - slots && number <= newest)
  }
}
