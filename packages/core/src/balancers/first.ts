import { type Balancer, defineStrategy, type Eligible, type Target } from './contract.ts'

class First implements Balancer {
  /** Those of weight 0 left out, once: the caller's live objects may change. */
  readonly #targets: readonly Target[]

  constructor(targets: readonly Target[]) {
    this.#targets = targets.filter((target) => target.weight > 0)
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    for (const target of this.#targets) if (eligible(target)) return target
    return undefined
  }
}

/**
 * The first in the list that is eligible takes everything (Caddy's `first`). Slow start holds nothing back: there is
 * nobody to take the rest. As many are asked as are out before it.
 */
export const first = defineStrategy({
  type: 'first',
  title: 'First',
  description: 'The first target of the list takes everything; the next one only while those before it are out.',
  options: {},
  create: (targets) => new First(targets),
  shares(targets, _options, eligible) {
    const taking = targets.find((target) => target.weight > 0 && eligible(target))
    return targets.map((target) => (target === taking ? 1 : 0))
  },
})
