import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { type Balancer, defineStrategy, type Target } from './contract.ts'
import { weightShares } from './shares.ts'

class SmoothWeightedRoundRobin implements Balancer {
  readonly targets: readonly Target[]
  readonly current: number[]
  readonly effective: number[]
  readonly #maxFails: number

  constructor(targets: readonly Target[], maxFails: number, previous: Balancer | undefined) {
    this.targets = targets
    this.#maxFails = maxFails
    this.current = targets.map(() => 0)
    this.effective = targets.map((target) => target.weight)
    if (previous instanceof SmoothWeightedRoundRobin) this.#takeOver(previous)
  }

  #takeOver(previous: SmoothWeightedRoundRobin): void {
    const before = new Map(previous.targets.map((target, index) => [target.id, index]))
    this.targets.forEach((target, index) => {
      const then = before.get(target.id)
      if (then === undefined) return
      this.current[index] = previous.current[then] as number
      // An edited weight begins with its full effect; an unedited one keeps what failures took from it.
      if ((previous.targets[then] as Target).weight === target.weight) {
        this.effective[index] = previous.effective[then] as number
      }
    })
  }

  pick(_request: unknown, eligible: (target: Target) => boolean): Target | undefined {
    const { targets, current, effective } = this
    let total = 0
    let best = -1
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i] as Target
      if (target.weight === 0 || !eligible(target)) continue
      const weight = effective[i] as number
      current[i] = (current[i] as number) + weight
      total += weight
      if (weight < target.weight) effective[i] = weight + 1
      if (best === -1 || (current[i] as number) > (current[best] as number)) best = i
    }
    if (best === -1) return undefined
    current[best] = (current[best] as number) - total
    return targets[best]
  }

  failed(target: Target): void {
    if (this.#maxFails === 0) return
    const index = this.targets.findIndex((other) => other.id === target.id)
    if (index === -1) return
    const lost = Math.trunc(target.weight / this.#maxFails)
    this.effective[index] = Math.max(0, (this.effective[index] as number) - lost)
  }
}

/**
 * nginx's smooth weighted round robin, with its three weights (`ngx_http_upstream_get_peer` in
 * `ngx_http_upstream_round_robin.c`): 5, 1, 1 gives a a b a c a a. A target that fails loses `weight / maxFails` of its
 * effective weight and earns it back by one at each round.
 */
export const weightedRoundRobin = defineStrategy({
  type: 'weighted-round-robin',
  title: 'Weighted round robin',
  description: 'Takes turns in proportion to weight, evenly spread. The sequence is that of nginx.',
  options: {
    maxFails: z.int().min(0).max(65_535).default(1).register(fields, {
      title: 'Failures',
      description: 'A failure takes the weight divided by this from the target for a while. 0 is off.',
      advanced: true,
    }),
  },
  create: (targets, options, { previous }) => new SmoothWeightedRoundRobin(targets, options.maxFails, previous),
  shares: weightShares,
})
