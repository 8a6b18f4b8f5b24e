import type { Balancer, BalancerServices, Eligible, Target } from './contract.ts'

/**
 * A current weight taken over from other weights counts for this many rounds at most. Without a bound, 60000 : 60000
 * edited to 1 : 1 would send up to 60,000 requests in a row to one target.
 */
const roundsKept = 8

/** Picks spent at most on moving a new balancer to its `start`, times the number of targets. */
const startBudget = 100_000

/** A balancer of another strategy that falls back to weighted round robin, and so has its state to hand over. */
interface WithRoundRobin extends Balancer {
  readonly roundRobin: SmoothWeightedRoundRobin
}

/**
 * nginx's smooth weighted round robin (`ngx_http_upstream_get_peer`, `ngx_http_upstream_free_round_robin_peer` in
 * `ngx_http_upstream_round_robin.c`), with its three weights. At each pick every eligible target's current weight
 * grows by its effective weight, the highest is picked (the first of equals) and pays the sum of what was added. A
 * failure takes from the effective weight, each pick gives one back. In slow start a part of the effective weight counts.
 *
 * A pick looks at every target, as in nginx: the sequence depends on all current weights.
 */
export class SmoothWeightedRoundRobin implements Balancer {
  readonly #targets: readonly Target[]
  /** Copied, since the caller's live objects may get a new weight while a request still uses this balancer. */
  readonly #weights: Float64Array
  readonly #current: Float64Array
  readonly #effective: Float64Array
  readonly #indexes: Map<string, number>
  readonly #maxFails: number
  #previous: SmoothWeightedRoundRobin | undefined

  constructor(targets: readonly Target[], maxFails: number, services: Pick<BalancerServices, 'previous' | 'start'>) {
    this.#targets = targets
    this.#weights = Float64Array.from(targets, (target) => target.weight)
    this.#effective = this.#weights.slice()
    this.#current = new Float64Array(targets.length)
    this.#indexes = new Map(targets.map((target, index) => [target.id, index]))
    this.#maxFails = maxFails
    const previous = roundRobinOf(services.previous)
    if (previous === undefined) {
      this.#moveTo(services.start ?? 0)
    } else {
      // The chain stays one long, however often an upstream without traffic is rebuilt.
      previous.#settle()
      this.#previous = previous
    }
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    return this.#take(undefined, this.#targets.length, eligible)
  }

  /** Picks among the targets at the first `count` of these indexes only, with the same weights. */
  pickAmong(members: Uint16Array, eligible: Eligible, count = members.length): Target | undefined {
    return this.#take(members, count, eligible)
  }

  failed(target: Target): void {
    // nginx, too, takes nothing from a target that is the only one.
    if (this.#maxFails === 0 || this.#targets.length === 1) return
    this.#settle()
    const index = this.#indexes.get(target.id)
    if (index === undefined) return
    const lost = Math.trunc((this.#weights[index] as number) / this.#maxFails)
    this.#effective[index] = Math.max(0, (this.#effective[index] as number) - lost)
  }

  effectiveWeight(target: Target): number | undefined {
    this.#settle()
    const index = this.#indexes.get(target.id)
    return index === undefined ? undefined : this.#effective[index]
  }

  #take(members: Uint16Array | undefined, count: number, eligible: Eligible): Target | undefined {
    if (this.#previous !== undefined) this.#settle()
    const targets = this.#targets
    const weights = this.#weights
    const current = this.#current
    const effective = this.#effective
    let total = 0
    let best = -1
    let highest = 0
    for (let n = 0; n < count; n++) {
      const i = members === undefined ? n : (members[n] as number)
      const weight = weights[i] as number
      const target = targets[i] as Target
      if (weight === 0 || !eligible(target)) continue
      const full = effective[i] as number
      const now = full * target.ramp
      const grown = (current[i] as number) + now
      current[i] = grown
      total += now
      if (full < weight) effective[i] = full + 1
      if (best === -1 || grown > highest) {
        best = i
        highest = grown
      }
    }
    if (best === -1) return undefined
    current[best] = highest - total
    return targets[best]
  }

  /** Takes over from the previous balancer as it is now, and lets go of it. */
  #settle(): void {
    const previous = this.#previous
    if (previous === undefined) return
    this.#previous = undefined
    const kept: number[] = []
    let sum = 0
    this.#targets.forEach((target, index) => {
      const then = previous.#indexes.get(target.id)
      if (then === undefined) return
      kept.push(index)
      this.#current[index] = previous.#current[then] as number
      sum += previous.#current[then] as number
      // An edited weight begins with its full effect; an unedited one keeps what failures took from it.
      if (previous.#weights[then] === this.#weights[index]) {
        this.#effective[index] = previous.#effective[then] as number
      }
    })
    // All current weights together are 0 until a target leaves and takes its own along. Moving those that stay by the
    // same amount changes nothing among them, and lets newcomers begin in their middle.
    const shift = kept.length === 0 ? 0 : Math.round(sum / kept.length)
    const bound = roundsKept * this.#weights.reduce((total, weight) => total + weight, 0)
    for (const index of kept) {
      this.#current[index] = Math.min(bound, Math.max(-bound, (this.#current[index] as number) - shift))
    }
  }

  #moveTo(start: number): void {
    const divisor = this.#weights.reduce(greatestDivisor, 0)
    const turns = this.#weights.reduce((total, weight) => total + weight, 0) / (divisor || 1)
    const steps = Math.min(Math.floor(start * turns), Math.floor(startBudget / (this.#targets.length || 1)))
    for (let step = 0; step < steps; step++) this.pick(undefined, () => true)
  }
}

function roundRobinOf(previous: Balancer | undefined): SmoothWeightedRoundRobin | undefined {
  if (previous instanceof SmoothWeightedRoundRobin) return previous
  return previous !== undefined && hasRoundRobin(previous) ? previous.roundRobin : undefined
}

function hasRoundRobin(balancer: Balancer): balancer is WithRoundRobin {
  return 'roundRobin' in balancer && balancer.roundRobin instanceof SmoothWeightedRoundRobin
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
