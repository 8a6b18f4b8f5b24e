import { type Balancer, type BalancerServices, defineStrategy, type Eligible, type Target } from './contract.ts'
import { inProportion } from './shares.ts'

/** A turn is taken at a credit of 1, less what adding up parts may have lost. */
const wholeTurn = 1 - 1e-9

class RoundRobin implements Balancer {
  readonly #targets: readonly Target[]
  /** Those with a weight above 0, copied: the caller's live objects may change. */
  readonly #weighted: Uint8Array
  /** What slow start has held back of each target's turns: from 0 to below 1. */
  readonly #credits: Float64Array
  #next: number
  #previous: RoundRobin | undefined

  constructor(targets: readonly Target[], { previous, start }: BalancerServices) {
    this.#targets = targets
    this.#weighted = Uint8Array.from(targets, (target) => (target.weight > 0 ? 1 : 0))
    this.#credits = new Float64Array(targets.length)
    this.#next = Math.floor((start ?? 0) * targets.length)
    if (previous instanceof RoundRobin) {
      previous.#settle()
      this.#previous = previous
    }
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    if (this.#previous !== undefined) this.#settle()
    const picked = this.#turn(eligible)
    if (picked !== undefined) return picked
    const rounds = this.#roundsToCredit(eligible)
    if (rounds === Number.POSITIVE_INFINITY) return undefined
    for (let i = 0; i < this.#credits.length; i++) this.#grant(i, rounds, eligible)
    return this.#turn(eligible)
  }

  /** Once around: the first whose turn is a whole one. In slow start, a turn is only a part of one. */
  #turn(eligible: Eligible): Target | undefined {
    const targets = this.#targets
    let index = this.#next
    for (let asked = 0; asked < targets.length; asked++) {
      const target = targets[index] as Target
      const weighted = this.#weighted[index] === 1
      const at = index
      index = index + 1 === targets.length ? 0 : index + 1
      if (!weighted || !eligible(target)) continue
      const { ramp } = target
      if (ramp < 1) {
        const credit = (this.#credits[at] as number) + ramp
        this.#credits[at] = credit < wholeTurn ? credit : Math.max(0, credit - 1)
        if (credit < wholeTurn) continue
      }
      this.#next = index
      return target
    }
    return undefined
  }

  /**
   * All that are eligible are in slow start, and none had a whole turn in this round: so many more rounds pass without
   * one. Counted, so that a pick goes around four times at most. Infinite when none is eligible.
   */
  #roundsToCredit(eligible: Eligible): number {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i] as Target
      if (this.#weighted[i] === 0 || !eligible(target)) continue
      least = Math.min(least, Math.ceil((wholeTurn - (this.#credits[i] as number)) / target.ramp) - 1)
    }
    return least
  }

  #grant(index: number, rounds: number, eligible: Eligible): void {
    const target = this.#targets[index] as Target
    if (this.#weighted[index] === 0 || !eligible(target)) return
    this.#credits[index] = (this.#credits[index] as number) + rounds * target.ramp
  }

  /** Goes on with the target whose turn it is in the previous balancer or, when that has left, the next that stays. */
  #settle(): void {
    const previous = this.#previous
    if (previous === undefined) return
    this.#previous = undefined
    const indexes = new Map(this.#targets.map((target, index) => [target.id, index]))
    const before = previous.#targets
    before.forEach((target, then) => {
      const index = indexes.get(target.id)
      if (index !== undefined) this.#credits[index] = previous.#credits[then] as number
    })
    for (let n = 0; n < before.length; n++) {
      const index = indexes.get((before[(previous.#next + n) % before.length] as Target).id)
      if (index === undefined) continue
      this.#next = index
      return
    }
  }
}

/**
 * Takes turns in the order of the list. The size of a weight counts for nothing; 0 takes a target out. In slow start a
 * target's turn is taken each time its parts have added up to one. As many are asked as are out, or wait, one behind the other.
 */
export const roundRobin = defineStrategy({
  type: 'round-robin',
  title: 'Round robin',
  description: 'Takes turns in the order of the list, whatever the weights; a weight of 0 takes a target out.',
  options: {},
  create: (targets, _options, services) => new RoundRobin(targets, services),
  shares(targets, _options, eligible) {
    return inProportion(targets.map((target) => (target.weight > 0 && eligible(target) ? target.ramp : 0)))
  },
})
