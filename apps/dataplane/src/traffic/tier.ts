import type { Balancer, UpstreamLoad } from '@switchyard/core/balancers/contract'
import type { TierCount } from './live-upstream.ts'
import type { UpstreamTarget } from './upstream-target.ts'

/** What the balancer of a tier may go by: the requests of all revisions, the weights of one. */
class TierLoad implements UpstreamLoad {
  weight = 0
  readonly #count: TierCount

  constructor(count: TierCount) {
    this.#count = count
  }

  get inFlight(): number {
    return this.#count.inFlight
  }
}

/** Targets of an upstream that serve together, and who chooses among them. */
export class Tier {
  readonly number: number
  readonly count: TierCount
  /** Enabled ones, in the order of the document. */
  readonly targets: readonly UpstreamTarget[]
  readonly balancer: Balancer
  readonly #load: TierLoad

  constructor(
    number: number,
    targets: readonly UpstreamTarget[],
    count: TierCount,
    create: (targets: readonly UpstreamTarget[], load: UpstreamLoad) => Balancer,
  ) {
    this.number = number
    this.targets = targets
    this.count = count
    this.#load = new TierLoad(count)
    this.balancer = create(targets, this.#load)
  }

  /** Who may be picked, and with what part of its weight, has changed. */
  weigh(): void {
    let weight = 0
    for (const target of this.targets) if (target.available) weight += target.weight * target.ramp
    this.#load.weight = weight
  }
}
