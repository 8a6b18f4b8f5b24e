import { type Balancer, type BalancerServices, defineStrategy, type Eligible, type Target } from './contract.ts'
import { weightShares } from './shares.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'

class LeastRequests implements Balancer {
  /** Asked only where several are equal. */
  readonly roundRobin: SmoothWeightedRoundRobin
  readonly #targets: readonly Target[]
  /** Copied: the caller's live objects may get a new weight while a request still uses this balancer. */
  readonly #weights: Float64Array
  /** Indexes of those that are equally good. */
  readonly #tied: Uint16Array

  constructor(targets: readonly Target[], services: BalancerServices) {
    this.roundRobin = new SmoothWeightedRoundRobin(targets, 1, services)
    this.#targets = targets
    this.#weights = Float64Array.from(targets, (target) => target.weight)
    this.#tied = new Uint16Array(targets.length)
  }

  pick(_request: unknown, eligible: Eligible): Target | undefined {
    const targets = this.#targets
    const tied = this.#tied
    let count = 0
    let leastLoad = 0
    let itsWeight = 0
    for (let i = 0; i < targets.length; i++) {
      const target = targets[i] as Target
      const weight = (this.#weights[i] as number) * target.ramp
      if (weight === 0 || !eligible(target)) continue
      const load = target.inFlight + 1
      // The two quotients multiplied out: without rounding, equal ones are equal.
      const difference = load * itsWeight - leastLoad * weight
      if (count === 0 || difference < 0) {
        tied[0] = i
        count = 1
        leastLoad = load
        itsWeight = weight
      } else if (difference === 0) {
        tied[count++] = i
      }
    }
    if (count === 0) return undefined
    return count === 1 ? targets[tied[0] as number] : this.roundRobin.pickAmong(tied, eligible, count)
  }

  failed(target: Target): void {
    this.roundRobin.failed(target)
  }
}

/**
 * The least (in flight + 1) / weight, which is the score of Kong's `least-connections`; of equals the one whose turn it is
 * by smooth weighted round robin, as in nginx (`ngx_http_upstream_get_least_conn_peer`). The 1 stands for the request
 * at hand: with little to do, the heaviest target has it all.
 *
 * A pick looks at every target: requests end at any time and the caller counts them, so that an order kept here would
 * be out of date at each pick. For thousands of targets there is `two-choices`.
 */
export const leastRequests = defineStrategy({
  type: 'least-requests',
  title: 'Least requests',
  description: 'The target with the fewest requests in flight for its weight; of equals, turns are taken.',
  options: {},
  create: (targets, _options, services) => new LeastRequests(targets, services),
  shares: weightShares,
  followsLoad: () => true,
})
