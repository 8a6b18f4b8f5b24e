import type { Balancer, PickRequest, Target } from '@switchyard/core/balancers/contract'
import { createBalancer, hashAddress } from '@switchyard/core/balancers/create'
import type { Config } from '@switchyard/core/config/model'
import type { LiveTarget, LiveTargets } from './live-target.ts'
import type { TargetState, UpstreamState } from './traffic.ts'

export type UpstreamConfig = Config['upstreams'][number]
type TargetConfig = UpstreamConfig['targets'][number]

/** What a sequence of picks begins with. */
export interface SequenceServices {
  /** Uniform in [0, 1). */
  random(): number
  /** How far into its turns a new balancer begins, from 0 to below 1: workers do not all begin at the same target. */
  readonly start: number
}

/** Taking turns looks at nothing of a request. */
export const noRequest: PickRequest = { clientIp: '', host: '', url: '', header: () => undefined }

/** A target as one revision has it: the weight of that revision, around what lives longer. */
export class UpstreamTarget implements Target {
  readonly id: string
  readonly host: string
  readonly port: string
  readonly weight: number
  readonly live: LiveTarget
  readonly enabled: boolean
  readonly draining: boolean

  constructor(config: TargetConfig, live: LiveTarget) {
    const { host, port } = hashAddress(config.url)
    this.id = config.id
    this.host = host
    this.port = port
    this.weight = config.weight
    this.live = live
    this.enabled = config.enabled
    this.draining = config.drain
  }

  get inFlight(): number {
    return this.live.inFlight
  }

  /** May be picked, as far as this revision goes. */
  get takesTraffic(): boolean {
    return this.enabled && !this.draining
  }
}

/** An upstream of one revision. One that the next revision leaves as it is, is taken over whole. */
export class Upstream {
  readonly id: string
  readonly config: UpstreamConfig
  /** Equal texts are equal upstreams. */
  readonly fingerprint: string
  readonly targets: readonly UpstreamTarget[]
  readonly #balancer: Balancer
  #tried: readonly UpstreamTarget[] = []

  /** @param previous the upstream of this id in the revision before, whose balancer's state is taken over. */
  constructor(
    config: UpstreamConfig,
    fingerprint: string,
    lives: readonly LiveTarget[],
    services: SequenceServices,
    previous: Upstream | undefined,
  ) {
    this.id = config.id
    this.config = config
    this.fingerprint = fingerprint
    // The live target of each, in the same order.
    this.targets = config.targets.map((target, index) => new UpstreamTarget(target, lives[index] as LiveTarget))
    const enabled = this.targets.filter((target) => target.enabled)
    const { random, start } = services
    this.#balancer = createBalancer(config.strategy, enabled, { random, start, previous: previous?.balancer })
  }

  get balancer(): Balancer {
    return this.#balancer
  }

  /** The target for an attempt; `tried` ones of this request are left out. */
  pick(request: PickRequest, tried: readonly UpstreamTarget[]): UpstreamTarget | undefined {
    this.#tried = tried
    // The balancer was made with these and no others.
    return this.#balancer.pick(request, this.#eligible) as UpstreamTarget | undefined
  }

  readonly #eligible = (target: Target): boolean => {
    // The balancer was made with these and no others.
    const candidate = target as UpstreamTarget
    return candidate.takesTraffic && !this.#tried.includes(candidate)
  }

  failed(target: UpstreamTarget): void {
    this.#balancer.failed?.(target)
  }

  state(): UpstreamState {
    return {
      id: this.id,
      strategy: this.config.strategy.type,
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
