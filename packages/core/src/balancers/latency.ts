import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { type Balancer, type BalancerServices, defineStrategy, type Eligible, type Target } from './contract.ts'
import { weightShares } from './shares.ts'
import { WeightedDraw } from './weighted-draw.ts'

/**
 * A latency counts as at least this part of the mean of those drawn. One that has fallen to nothing, since nobody asked
 * for long, gets some requests on trial this way, and not all of them until its first answer.
 */
const leastPart = 0.1

class Latency implements Balancer {
  readonly #targets: readonly Target[]
  /** Each divided by their mean. Copied: the caller's live objects may change. */
  readonly #weights: Float64Array
  readonly #draw: WeightedDraw
  readonly #drawn: Int32Array

  constructor(targets: readonly Target[], choices: number, services: BalancerServices) {
    const weighted = targets.filter((target) => target.weight > 0)
    const mean = weighted.reduce((sum, target) => sum + target.weight, 0) / weighted.length
    this.#targets = targets
    this.#weights = Float64Array.from(targets, (target) => target.weight / mean)
    this.#draw = new WeightedDraw(targets, services)
    this.#drawn = new Int32Array(Math.min(choices, targets.length))
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    const first = this.#draw.first(eligible)
    if (first === -1) return undefined
    const drawn = this.#drawn
    drawn[0] = first
    let count = 1
    while (count < drawn.length) {
      const other = this.#draw.another(eligible, drawn, count)
      if (other === -1) break
      drawn[count++] = other
    }
    return this.#targets[this.#cheapest(count)]
  }

  /** Of those drawn; of equals the one that was drawn first. */
  #cheapest(count: number): number {
    const drawn = this.#drawn
    const targets = this.#targets
    let known = 0
    let sum = 0
    for (let n = 0; n < count; n++) {
      const { latencyMs } = targets[drawn[n] as number] as Target
      if (latencyMs >= 0) {
        sum += latencyMs
        known++
      }
    }
    // Where nothing is known, or all has fallen to nothing, only what is in flight tells them apart.
    const mean = sum > 0 ? sum / known : 1
    let best = drawn[0] as number
    let least = Number.POSITIVE_INFINITY
    for (let n = 0; n < count; n++) {
      const index = drawn[n] as number
      const target = targets[index] as Target
      const latency = target.latencyMs >= 0 ? Math.max(target.latencyMs, mean * leastPart) : mean
      const cost = latency * (target.inFlight / ((this.#weights[index] as number) * target.ramp) + 1)
      if (cost < least) {
        least = cost
        best = index
      }
    }
    return best
  }
}

/**
 * Latency times what is in flight: Finagle's peak EWMA (`com.twitter.finagle.loadbalancer.PeakEwma`; here peak-ewma.ts)
 * with two choices, as in Kong's `latency`. In flight counts by weight, and draws are by weight: targets that are equally
 * fast get traffic in proportion to weight, with little load as with much.
 *
 * A newcomer, of which no answer is known, counts as the mean of the others that are drawn with it: they are as good a
 * sample as any, and cost no pass over all targets. O(choices · log n).
 */
export const latency = defineStrategy({
  type: 'latency',
  title: 'Latency',
  description: 'Draws two targets by weight and takes the faster one, by how long answers take and what is in flight.',
  options: {
    choices: z.int().min(2).max(10).default(2).register(fields, {
      title: 'Choices',
      description: 'So many targets are drawn. More prefer the fastest harder, and more workers agree on it.',
      advanced: true,
    }),
  },
  create: (targets, options, services) => new Latency(targets, options.choices, services),
  shares: weightShares,
  followsLoad: () => true,
})
