import type { BalancerServices, Eligible, Target } from './contract.ts'
import { indexAt, layOutWeights, type WeightRanges } from './weight-ranges.ts'

/** Draws among all before those that are eligible are counted; enough to succeed nearly always when half of them are. */
const attempts = 8

/** Draws targets by weight, as much of it as counts in slow start: O(log n), unless nearly all drawn are not eligible. */
export class WeightedDraw {
  readonly #targets: readonly Target[]
  readonly #ranges: WeightRanges
  readonly #services: Pick<BalancerServices, 'random'>

  constructor(targets: readonly Target[], services: Pick<BalancerServices, 'random'>) {
    this.#targets = targets
    this.#ranges = layOutWeights(targets)
    this.#services = services
  }

  /** The index of an eligible target; -1 when there is none. */
  first(eligible: Eligible): number {
    if (this.#ranges.total === 0) return -1
    for (let attempt = 0; attempt < attempts; attempt++) {
      const index = this.#drawOne()
      if (index !== -1 && eligible(this.#targets[index] as Target)) return index
    }
    return this.#drawAmongEligible(eligible)
  }

  /** The index of an eligible one that is not among the first `count` of `taken`; -1 when some draws find none. */
  another(eligible: Eligible, taken: Int32Array, count: number): number {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const index = this.#drawOne()
      if (index === -1 || includes(taken, count, index)) continue
      if (eligible(this.#targets[index] as Target)) return index
    }
    return -1
  }

  /** -1 when it is the turn of what slow start holds back. Drawing again leaves the proportions as they are. */
  #drawOne(): number {
    const index = indexAt(this.#ranges, Math.floor(this.#services.random() * this.#ranges.total))
    const { ramp } = this.#targets[index] as Target
    return ramp < 1 && this.#services.random() >= ramp ? -1 : index
  }

  /** One pass: each eligible target replaces the one held with the chance of its weight in what was seen so far. */
  #drawAmongEligible(eligible: Eligible): number {
    const { ends } = this.#ranges
    let held = -1
    let seen = 0
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i] as Target
      const weight = (ends[i] as number) - (i === 0 ? 0 : (ends[i - 1] as number))
      if (weight === 0 || !eligible(target)) continue
      const counting = weight * target.ramp
      seen += counting
      if (this.#services.random() * seen < counting) held = i
    }
    return held
  }
}

function includes(taken: Int32Array, count: number, index: number): boolean {
  for (let n = 0; n < count; n++) if (taken[n] === index) return true
  return false
}
