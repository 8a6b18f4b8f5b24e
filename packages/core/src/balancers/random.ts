import { type Balancer, type BalancerServices, defineStrategy, type Eligible, type Target } from './contract.ts'
import { weightShares } from './shares.ts'
import { WeightedDraw } from './weighted-draw.ts'

class Random implements Balancer {
  readonly #targets: readonly Target[]
  readonly #draw: WeightedDraw

  constructor(targets: readonly Target[], services: BalancerServices) {
    this.#targets = targets
    this.#draw = new WeightedDraw(targets, services)
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    return this.#targets[this.#draw.first(eligible)]
  }
}

/** Draws by weight, each time anew (as HAProxy's `random(1)`). */
export const random = defineStrategy({
  type: 'random',
  title: 'Random',
  description: 'Each request draws a target by weight.',
  options: {},
  create: (targets, _options, services) => new Random(targets, services),
  shares: weightShares,
})
