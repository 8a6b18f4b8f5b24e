import type { PickRequest, Target, UpstreamLoad } from '@switchyard/core/balancers/contract'
import { createBalancer } from '@switchyard/core/balancers/create'
import { servingTier } from '@switchyard/core/balancers/serving-tier'
import type { Config } from '@switchyard/core/config/model'
import { Affinity } from './affinity.ts'
import type { Exchange } from './exchange.ts'
import type { LiveTarget } from './live-target.ts'
import type { LiveUpstream } from './live-upstream.ts'
import type { Metrics } from './observe/metrics.ts'
import type { UpstreamSeries } from './observe/upstream-series.ts'
import { Tier } from './tier.ts'
import type { UpstreamTls } from './tls/target-tls.ts'
import type { UpstreamState } from './traffic.ts'
import { UpstreamTarget } from './upstream-target.ts'

export type UpstreamConfig = Config['upstreams'][number]

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

/** What an upstream is made of, beside what the worker has. */
export interface UpstreamParts {
  readonly config: UpstreamConfig
  /** Equal texts are equal upstreams. */
  readonly fingerprint: string
  readonly live: LiveUpstream
  /** In the order of the document. */
  readonly targets: readonly LiveTarget[]
  readonly tls: UpstreamTls
  /** What cookies are signed with. */
  readonly affinityKey: Buffer
  /** The one of the same runtime that serves when no target is well, where that is its rule. */
  readonly fallback: Upstream | undefined
  /** The upstream of this id in the revision before, whose balancers' state is taken over. */
  readonly previous: Upstream | undefined
}

/** So many upstreams are gone through for one that serves, at most. */
export const longestChain = 10

/** Taking turns looks at nothing of a request. */
export const noRequest: PickRequest = { clientIp: '', host: '', url: '', header: () => undefined }

/**
 * An upstream of one revision. One that the next revision leaves as it is, is taken over whole. Which of its targets may be picked
 * and which tier serves is worked out when a verdict or a revision comes (`settle`), and only looked up by a pick.
 */
export class Upstream {
  readonly id: string
  readonly config: UpstreamConfig
  readonly fingerprint: string
  readonly live: LiveUpstream
  readonly tls: UpstreamTls
  readonly targets: readonly UpstreamTarget[]
  readonly series: UpstreamSeries
  readonly fallback: Upstream | undefined
  readonly #affinity: Affinity | undefined
  /** From the lowest; those that have enabled targets. */
  readonly #tiers: readonly Tier[]
  /** The one that serves; undefined where there are none. */
  #tier: Tier | undefined
  #noneEligible = false
  #instead: Upstream | undefined
  /** Some targets are in slow start. */
  #ramping = false
  #tried: readonly UpstreamTarget[] | undefined

  constructor(parts: UpstreamParts, services: UpstreamServices) {
    const { config, live, targets, tls, previous } = parts
    this.id = config.id
    this.config = config
    this.fingerprint = parts.fingerprint
    this.live = live
    this.tls = tls
    this.fallback = parts.fallback
    // The live target of each, in the same order.
    this.targets = config.targets.map((target, index) => new UpstreamTarget(target, targets[index] as LiveTarget, tls))
    this.series = services.metrics.upstream(config.id)
    this.#affinity = config.affinity && new Affinity(config.id, this.targets, config.affinity, parts.affinityKey)
    this.#tiers = this.#createTiers(services, previous)
    this.settle()
  }

  #createTiers({ random, start }: UpstreamServices, previous: Upstream | undefined): Tier[] {
    const enabled = this.targets.filter((target) => target.enabled)
    const numbers = [...new Set(enabled.map(({ tier }) => tier))].sort((a, b) => a - b)
    return numbers.map((number) => {
      const members = numbers.length === 1 ? enabled : enabled.filter(({ tier }) => tier === number)
      const before = previous?.tierOf(number)?.balancer
      const create = (targets: readonly UpstreamTarget[], load: UpstreamLoad) =>
        createBalancer(this.config.strategy, targets, { random, start, load, previous: before })
      return new Tier(number, members, this.live.countOf(number), create)
    })
  }

  tierOf(number: number): Tier | undefined {
    return this.#tiers.find((tier) => tier.number === number)
  }

  /** Takes over what was judged of its targets, and which of them leave. Returns whether some are in slow start. */
  settle(): boolean {
    const { targets, config } = this
    this.#ramping = false
    for (const target of targets) if (target.settle(config.slowStart)) this.#ramping = true
    const { tier, noneEligible } = servingTier(targets, config.tierMinPercent)
    const choice = config.whenNoneEligible
    const useAll = noneEligible && choice === 'use-all'
    for (const target of targets) target.available = target.takesTraffic && (useAll || !target.out)
    for (const one of this.#tiers) one.weigh()
    this.#tier = this.tierOf(tier) ?? this.#tiers[0]
    this.#noneEligible = noneEligible
    this.#instead = noneEligible && typeof choice === 'object' ? this.fallback : undefined
    return this.#ramping
  }

  /** Time has passed. Returns whether some are in slow start still. */
  settleRamps(): boolean {
    if (!this.#ramping) return false
    this.#ramping = false
    for (const target of this.targets) if (target.settleRamp(this.config.slowStart)) this.#ramping = true
    for (const tier of this.#tiers) tier.weigh()
    return this.#ramping
  }

  /**
   * Who serves in its place now; itself, if nobody. When none of its targets takes traffic by the revision that serves, who
   * came by an earlier one goes to those that do.
   */
  get serving(): Upstream {
    let upstream: Upstream = this
    for (let n = 0; n < longestChain; n++) {
      const next = upstream.#instead ?? upstream.#successor
      if (next === undefined) return upstream
      upstream = next
    }
    return upstream
  }

  get #successor(): Upstream | undefined {
    const { current } = this.live
    if (current === undefined || current === this) return undefined
    return this.targets.some(({ takesTraffic }) => takesTraffic) ? undefined : current
  }

  /**
   * The target for an attempt; those that were tried in this request are left out, and those that have as much as they may.
   * Who has tried all of the tier that serves goes on in the next ones.
   */
  pick(exchange: Exchange): UpstreamTarget | undefined {
    const tier = this.#tier
    if (tier === undefined || this.live.full) return undefined
    const { received, tried } = exchange
    this.#tried = tried
    if (this.#affinity !== undefined) {
      const bound = this.#boundTo(exchange, this.#affinity)
      if (bound !== undefined && bound.tier === tier.number && this.#eligible(bound)) return bound
    }
    // The balancer was made with these and no others.
    const picked = tier.balancer.pick(received, this.#eligible) as UpstreamTarget | undefined
    if (picked !== undefined || tried === undefined || this.#tiers.length === 1) return picked
    return this.#pickBeyond(tier, received, tried)
  }

  readonly #eligible = (target: Target): boolean => {
    // The balancer was made with these and no others.
    const candidate = target as UpstreamTarget
    return candidate.available && !candidate.full && this.#tried?.includes(candidate) !== true
  }

  /** Higher tiers first. A tier with a target that is only full is waited for. */
  #pickBeyond(serving: Tier, request: PickRequest, tried: readonly UpstreamTarget[]): UpstreamTarget | undefined {
    const at = this.#tiers.indexOf(serving)
    for (const tier of [serving, ...this.#tiers.slice(at + 1), ...this.#tiers.slice(0, at)]) {
      const picked = tier.balancer.pick(request, this.#eligible) as UpstreamTarget | undefined
      if (picked !== undefined || hasUntried(tier.targets, tried)) return picked
    }
    return undefined
  }

  #boundTo(exchange: Exchange, affinity: Affinity): UpstreamTarget | undefined {
    if (exchange.boundBy !== affinity) {
      exchange.boundBy = affinity
      exchange.boundTo = affinity.targetOf(exchange.received.header('cookie'))
    }
    return exchange.boundTo
  }

  /** A target has answered: its client is told how to come back, unless it knows, or will go back to where it was. */
  bind(exchange: Exchange): void {
    const { target, response } = exchange
    const affinity = this.#affinity
    if (affinity === undefined || !target || !response) return
    const bound = this.#boundTo(exchange, affinity)
    if (bound === target || (bound?.available && bound.tier === this.#tier?.number)) return
    const setting = affinity.settingOf(target)
    if (setting !== undefined) response.headers.append('Set-Cookie', setting)
  }

  /** There is a target for an attempt, now or when it has room again. */
  hasTarget(tried: readonly UpstreamTarget[] | undefined): boolean {
    return hasUntried(this.targets, tried)
  }

  failed(target: UpstreamTarget): void {
    this.tierOf(target.tier)?.balancer.failed?.(target)
  }

  state(now: number): UpstreamState {
    const { live, config } = this
    const { breaker } = live
    breaker?.look(now)
    const choice = config.whenNoneEligible
    return {
      id: this.id,
      strategy: config.strategy.type,
      tier: this.#tier?.number ?? 0,
      noneEligible: this.#noneEligible ? (typeof choice === 'string' ? choice : choice.upstream) : null,
      breaker: breaker ? { state: breaker.state, inFlight: live.inFlight, pending: live.line.size } : null,
      targets: this.targets.map((target) =>
        target.state(this.tierOf(target.tier)?.balancer.effectiveWeight?.(target) ?? target.weight),
      ),
    }
  }
}

function hasUntried(targets: readonly UpstreamTarget[], tried: readonly UpstreamTarget[] | undefined): boolean {
  return targets.some((target) => target.available && tried?.includes(target) !== true)
}
