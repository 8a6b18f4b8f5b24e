import { type Balancer, defineStrategy, type Target } from './contract.ts'
import { weightShares } from './shares.ts'
import { indexAt, layOutWeights, type WeightRanges } from './weight-ranges.ts'

/** Draws among all before those that are eligible are counted; enough to succeed nearly always when half of them are. */
const draws = 8

class Random implements Balancer {
  readonly #targets: readonly Target[]
  readonly #ranges: WeightRanges
  readonly #random: () => number

  constructor(targets: readonly Target[], random: () => number) {
    this.#targets = targets
    this.#ranges = layOutWeights(targets)
    this.#random = random
  }

  /** Drawing again when a target is not eligible leaves the proportions of the others as they are. */
  pick(_request: unknown, eligible: (target: Target) => boolean): Target | undefined {
    const { total } = this.#ranges
    if (total === 0) return undefined
    for (let draw = 0; draw < draws; draw++) {
      const target = this.#targets[indexAt(this.#ranges, Math.floor(this.#random() * total))] as Target
      if (eligible(target)) return target
    }
    return this.#drawAmongEligible(eligible)
  }

  /** One pass: each eligible target replaces the one held with the chance of its weight in what was seen so far. */
  #drawAmongEligible(eligible: (target: Target) => boolean): Target | undefined {
    const { ends } = this.#ranges
    let held: Target | undefined
    let seen = 0
    for (let i = 0; i < this.#targets.length; i++) {
      const target = this.#targets[i] as Target
      const weight = (ends[i] as number) - (i === 0 ? 0 : (ends[i - 1] as number))
      if (weight === 0 || !eligible(target)) continue
      seen += weight
      if (this.#random() * seen < weight) held = target
    }
    return held
  }
}

/** Draws by weight, each time anew (as HAProxy's `random(1)`). */
export const random = defineStrategy({
  type: 'random',
  title: 'Random',
  description: 'Each request draws a target by weight.',
  options: {},
  create: (targets, _options, services) => new Random(targets, () => services.random()),
  shares: weightShares,
})
