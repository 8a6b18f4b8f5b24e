import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { type Balancer, type BalancerServices, defineStrategy, type Eligible, type Target } from './contract.ts'
import { weightShares } from './shares.ts'
import { WeightedDraw } from './weighted-draw.ts'

class TwoChoices implements Balancer {
  readonly #targets: readonly Target[]
  /** Copied: the caller's live objects may get a new weight while a request still uses this balancer. */
  readonly #weights: Float64Array
  readonly #draw: WeightedDraw
  readonly #drawn: Int32Array

  constructor(targets: readonly Target[], choices: number, services: BalancerServices) {
    this.#targets = targets
    this.#weights = Float64Array.from(targets, (target) => target.weight)
    this.#draw = new WeightedDraw(targets, services)
    this.#drawn = new Int32Array(Math.min(choices, targets.length))
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    let best = this.#draw.first(eligible)
    if (best === -1) return undefined
    const drawn = this.#drawn
    drawn[0] = best
    for (let count = 1; count < drawn.length; count++) {
      const other = this.#draw.another(eligible, drawn, count)
      if (other === -1) break
      drawn[count] = other
      if (this.#lessLoaded(other, best)) best = other
    }
    return this.#targets[best]
  }

  /** Of equals the one drawn first stays, as in HAProxy: with nothing in hand, draws alone decide, which are by weight. */
  #lessLoaded(one: number, other: number): boolean {
    const a = this.#targets[one] as Target
    const b = this.#targets[other] as Target
    return a.inFlight * (this.#weights[other] as number) * b.ramp < b.inFlight * (this.#weights[one] as number) * a.ramp
  }
}

/**
 * Some targets are drawn by weight, and the one with the least in flight for its weight is taken: HAProxy's `random(n)`
 * (`get_server_rnd` in `src/backend.c`), after Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001).
 * Many balancers that know nothing of each other do not all run to the same idle target. O(choices · log n).
 */
export const twoChoices = defineStrategy({
  type: 'two-choices',
  title: 'Two choices',
  description: 'Draws two targets by weight and takes the one with fewer requests in flight. Never follows the crowd.',
  options: {
    choices: z.int().min(2).max(10).default(2).register(fields, {
      title: 'Choices',
      description: 'So many targets are drawn. More look further, and more workers then agree on the same one.',
      advanced: true,
    }),
  },
  create: (targets, options, services) => new TwoChoices(targets, options.choices, services),
  shares: weightShares,
  followsLoad: () => true,
})
