import type { Balancer, PickRequest, Target } from '../balancers/contract.ts'
import { createBalancer, predictShares } from '../balancers/create.ts'
import { HashKey, type HashKeyOptions } from '../balancers/hash-key.ts'
import type { TargetConfig, Upstream } from '../config/model.ts'
import { type PickWitness, RestingLoad, RestingTarget, watchedRequest } from './at-rest.ts'
import type { ExplainedForward, TargetCandidate } from './explanation.ts'
import type { NodeSteps } from './node-steps.ts'

/** What picking goes by beside the configuration and the request. */
export interface PickServices {
  random(): number
  /** Where in their turns balancers begin, in [0, 1). */
  readonly start: number
  readonly servingTier: NodeSteps['servingTier']
  /** The health of a target keeps it from being picked. */
  out(upstream: string, target: TargetConfig): boolean
}

type Pick = Omit<ExplainedForward, 'split' | 'upstream' | 'servedBy'> & {
  /** The target that is picked, or the first of those that may be; undefined when there is none. */
  readonly exemplar: TargetConfig | undefined
}

/** The balancers of an upstream at rest; picks are made one after the other. */
export class UpstreamPicks {
  readonly config: Upstream
  readonly #targets: readonly RestingTarget[]
  readonly #witness: PickWitness = { load: false, draw: false, request: false }
  readonly #services: PickServices
  readonly #balancers = new Map<number, Balancer>()
  readonly #load: RestingLoad

  constructor(config: Upstream, services: PickServices) {
    this.config = config
    this.#targets = config.targets.map((target) => new RestingTarget(target, this.#witness))
    this.#services = services
    this.#load = new RestingLoad(this.#witness)
  }

  /** None of its targets is eligible by its health. */
  get noneEligible(): boolean {
    return this.#serving().noneEligible
  }

  pick(request: PickRequest): Pick {
    const { tier, noneEligible } = this.#serving()
    const { strategy, affinity, whenNoneEligible } = this.config
    const asIfWell = noneEligible && whenNoneEligible === 'use-all'
    const reasonOf = (target: RestingTarget): TargetCandidate['reason'] => {
      const { enabled, drain, weight, tier: own } = target.config
      if (!enabled) return 'disabled'
      if (drain) return 'draining'
      if (weight === 0) return 'weight-0'
      if (own !== tier) return 'other-tier'
      return !asIfWell && this.#out(target) ? 'unhealthy' : null
    }
    const eligible = this.#targets.filter((target) => reasonOf(target) === null)
    const balancer = this.#balancerOf(tier)
    const targets = this.#candidates(eligible, reasonOf, balancer)
    const { picked, decidedBy, key } = this.#decide(balancer, request, eligible)
    const known = decidedBy === 'key' || decidedBy === 'turn'
    return {
      strategy: strategy.type,
      tier,
      noneEligible,
      key,
      affinity: affinity ? { cookie: affinity.name, sent: hasCookie(request, affinity.name) } : null,
      targets,
      decidedBy,
      target: known && picked ? picked.id : null,
      exemplar: (known ? picked : eligible[0])?.config,
    }
  }

  #serving(): { readonly tier: number; readonly noneEligible: boolean } {
    const members = this.#targets.map((target) => ({
      tier: target.config.tier,
      takesTraffic: target.takesTraffic,
      out: this.#out(target),
    }))
    return this.#services.servingTier(members, this.config.tierMinPercent)
  }

  #out({ config }: RestingTarget): boolean {
    return this.#services.out(this.config.id, config)
  }

  /** Of the targets of this tier that are enabled: one that is drained, or of no weight, keeps its place. */
  #balancerOf(tier: number): Balancer {
    let balancer = this.#balancers.get(tier)
    if (!balancer) {
      const witness = this.#witness
      const { start, random } = this.#services
      const drawn = (): number => {
        witness.draw = true
        return random()
      }
      const members = this.#targets.filter(({ config }) => config.enabled && config.tier === tier)
      balancer = createBalancer(this.config.strategy, members, { random: drawn, start, load: this.#load })
      this.#balancers.set(tier, balancer)
    }
    return balancer
  }

  #candidates(
    eligible: readonly RestingTarget[],
    reasonOf: (target: RestingTarget) => TargetCandidate['reason'],
    balancer: Balancer,
  ): TargetCandidate[] {
    const known = this.#targets.map((target) => ({ ...target.config, healthy: !this.#out(target) }))
    const { strategy, tierMinPercent } = this.config
    const shares = eligible.length > 0 ? predictShares(strategy, known, { tierMinPercent }) : []
    return this.#targets.map((target, index) => {
      const { id, url, weight, tier } = target.config
      const reason = reasonOf(target)
      const effectiveWeight = reason === null ? (balancer.effectiveWeight?.(target) ?? weight) : 0
      const share = shares[index] ?? 0
      return { id, url, weight, effectiveWeight, tier, eligible: reason === null, reason, share }
    })
  }

  #decide(balancer: Balancer, request: PickRequest, eligible: readonly RestingTarget[]) {
    const key = this.#keyOf(request)
    const witness = this.#witness
    Object.assign(witness, { load: false, draw: false, request: false })
    this.#load.weight = eligible.reduce((sum, { weight }) => sum + weight, 0)
    // The balancer was made with these and no others.
    const may = new Set<Target>(eligible)
    const picked = balancer.pick(watchedRequest(request, witness), (target) => may.has(target))
    return {
      picked: picked as RestingTarget | undefined,
      decidedBy: picked ? basisOf(witness, key) : null,
      key,
    }
  }

  #keyOf(request: PickRequest): ExplainedForward['key'] {
    const { strategy } = this.config
    if (!('key' in strategy)) return null
    const { key } = strategy as { key: HashKeyOptions & { name?: string } }
    const hashKey = new HashKey(key)
    return { from: key.from, name: key.name ?? null, value: hashKey.read(request) ? hashKey.text : '' }
  }
}

/** What was looked at has decided; where nothing was, the order. */
function basisOf({ draw, load, request }: PickWitness, key: ExplainedForward['key']): ExplainedForward['decidedBy'] {
  if (draw) return 'draw'
  if (request && key && key.value !== '') return 'key'
  return load ? 'load' : 'turn'
}

function hasCookie(request: PickRequest, name: string): boolean {
  const sent = (request.header('cookie') ?? '').split(';')
  return sent.some((pair) => pair.trim().startsWith(`${name}=`))
}
