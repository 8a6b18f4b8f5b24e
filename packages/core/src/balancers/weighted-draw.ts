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

  /** One draw in the weight of those that are eligible, which one pass adds up and a second one finds. */
  #drawAmongEligible(eligible: Eligible): number {
    let total = 0
    for (let i = 0; i < this.#targets.length; i++) total += this.#countingWeight(i, eligible)
    if (total === 0) return -1
    const place = this.#services.random() * total
    let passed = 0
    let last = -1
    for (let i = 0; i < this.#targets.length; i++) {
      const weight = this.#countingWeight(i, eligible)
      if (weight === 0) continue
      passed += weight
      last = i
      if (place < passed) break
    }
    return last
  }

  #countingWeight(index: number, eligible: Eligible): number {
    const { ends } = this.#ranges
    const weight = (ends[index] as number) - (index === 0 ? 0 : (ends[index - 1] as number))
    const target = this.#targets[index] as Target
    return weight > 0 && eligible(target) ? weight * target.ramp : 0
  }
}

function includes(taken: Int32Array, count: number, index: number): boolean {
  for (let n = 0; n < count; n++) if (taken[n] === index) return true
  return false
}
