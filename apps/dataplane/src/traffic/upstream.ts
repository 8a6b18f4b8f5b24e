import type { Balancer, PickRequest, Target } from '@switchyard/core/balancers/contract'
import { createBalancer, hashAddress } from '@switchyard/core/balancers/create'
import type { Config } from '@switchyard/core/config/model'
import type { LiveTarget, LiveTargets } from './live-target.ts'
import type { Metrics } from './observe/metrics.ts'
import type { UpstreamSeries } from './observe/upstream-series.ts'
import { RetryBudget } from './retry-budget.ts'
import type { TargetTls, UpstreamTls } from './tls/target-tls.ts'
import type { TargetState, UpstreamState } from './traffic.ts'
import type { WaitingLine } from './waiting-line.ts'

export type UpstreamConfig = Config['upstreams'][number]
type TargetConfig = UpstreamConfig['targets'][number]

/** What a sequence of picks begins with. */
export interface SequenceServices {
  /** Uniform in [0, 1). */
  random(): number
  /** How far into its turns a new balancer begins, from 0 to below 1: workers do not all begin at the same target. */
  readonly start: number
}

/** What an upstream is made with. */
export interface UpstreamServices extends SequenceServices {
  readonly metrics: Metrics
}

/** Taking turns looks at nothing of a request. */
export const noRequest: PickRequest = { clientIp: '', host: '', url: '', header: () => undefined }

/** A target as one revision has it: the weight of that revision, around what lives longer. */
export class UpstreamTarget implements Target {
  readonly id: string
  readonly host: string
  readonly port: string
  readonly weight: number
  ramp = 1
  readonly tier: number
  readonly live: LiveTarget
  readonly enabled: boolean
  readonly draining: boolean
  /** So many connections may be open to it; 0 is no limit. */
  readonly maxConnections: number
  /** How it is spoken to by TLS; undefined: not. */
  readonly security: TargetTls | undefined
  readonly #maxInFlight: number

  constructor(config: TargetConfig, live: LiveTarget, tls: UpstreamTls) {
    const { host, port } = hashAddress(config.url)
    this.id = config.id
    this.host = host
    this.port = port
    this.weight = config.weight
    this.tier = config.tier
    this.live = live
    this.enabled = config.enabled
    this.draining = config.drain
    this.maxConnections = config.maxConnections
    this.security = live.securityBy(tls)
    this.#maxInFlight = config.maxInFlight
  }

  get inFlight(): number {
    return this.live.inFlight
  }

  get latencyMs(): number {
    return Number.NaN
  }

  /** May be picked, as far as this revision goes. */
  get takesTraffic(): boolean {
    return this.enabled && !this.draining
  }

  /** It has as much in hand as it may. */
  get full(): boolean {
    const { live, maxConnections } = this
    if (this.#maxInFlight > 0 && live.inFlight >= this.#maxInFlight) return true
    return maxConnections > 0 && live.connections >= maxConnections && live.pool.idle === 0
  }
}

/** An upstream of one revision. One that the next revision leaves as it is, is taken over whole. */
export class Upstream {
  readonly id: string
  readonly config: UpstreamConfig
  /** Equal texts are equal upstreams. */
  readonly fingerprint: string
  readonly tls: UpstreamTls
  readonly targets: readonly UpstreamTarget[]
  /** Who waits for one of them to have room; undefined where there are none. */
  readonly line: WaitingLine | undefined
  readonly budget: RetryBudget
  readonly series: UpstreamSeries
  readonly #balancer: Balancer
  #tried: readonly UpstreamTarget[] | undefined

  /** @param previous the upstream of this id in the revision before, whose balancer's state is taken over. */
  constructor(
    config: UpstreamConfig,
    fingerprint: string,
    lives: readonly LiveTarget[],
    tls: UpstreamTls,
    services: UpstreamServices,
    previous: Upstream | undefined,
  ) {
    this.id = config.id
    this.config = config
    this.fingerprint = fingerprint
    this.tls = tls
    // The live target of each, in the same order.
    this.targets = config.targets.map((target, index) => new UpstreamTarget(target, lives[index] as LiveTarget, tls))
    this.line = lives[0]?.line
    this.budget = previous?.budget ?? new RetryBudget()
    this.series = services.metrics.upstream(config.id)
    const enabled = this.targets.filter((target) => target.enabled)
    const { random, start } = services
    this.#balancer = createBalancer(config.strategy, enabled, { random, start, previous: previous?.balancer })
  }

  get balancer(): Balancer {
    return this.#balancer
  }

  /** The target for an attempt; `tried` ones of this request are left out, and those that have as much as they may. */
  pick(request: PickRequest, tried: readonly UpstreamTarget[] | undefined): UpstreamTarget | undefined {
    this.#tried = tried
    // The balancer was made with these and no others.
    return this.#balancer.pick(request, this.#eligible) as UpstreamTarget | undefined
  }

  readonly #eligible = (target: Target): boolean => {
    // The balancer was made with these and no others.
    const candidate = target as UpstreamTarget
    return candidate.takesTraffic && !candidate.full && this.#tried?.includes(candidate) !== true
  }

  /** There is a target for an attempt, now or when it has room again. */
  hasTarget(tried: readonly UpstreamTarget[] | undefined): boolean {
    return this.targets.some((target) => target.takesTraffic && target.weight > 0 && tried?.includes(target) !== true)
  }

  failed(target: UpstreamTarget): void {
    this.#balancer.failed?.(target)
  }

  state(): UpstreamState {
    return {
      id: this.id,
      strategy: this.config.strategy.type,
      tier: 0,
      noneEligible: null,
      breaker: null,
      targets: this.targets.map((target) => this.#stateOf(target)),
    }
  }

  #stateOf(target: UpstreamTarget): TargetState {
    const eligible = target.takesTraffic && target.weight > 0
    return {
      ...liveState(target.live),
      weight: target.weight,
      effectiveWeight: eligible ? (this.#balancer.effectiveWeight?.(target) ?? target.weight) : 0,
      eligible,
      tier: target.tier,
      ramp: target.ramp,
      draining: target.draining,
    }
  }
}

/** What is known of a target whether a revision names it or not. */
export function liveState(live: LiveTarget): TargetState {
  const { id, url, requests, failures, inFlight, connections, tunnels } = live
  return {
    id,
    url,
    weight: 0,
    effectiveWeight: 0,
    eligible: false,
    draining: true,
    tier: 0,
    out: false,
    ramp: 1,
    latencyMs: null,
    drainLeftMs: null,
    requests,
    failures,
    inFlight,
    connections,
    tunnels,
  }
}

/** The live targets of an upstream, held for the caller, in the order of the document. */
export function holdTargets(config: UpstreamConfig, targets: LiveTargets): LiveTarget[] {
  return config.targets.map((target) => targets.hold(config.id, target.id, target.url))
}
