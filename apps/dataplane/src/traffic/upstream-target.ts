import type { Target } from '@switchyard/core/balancers/contract'
import { hashAddress } from '@switchyard/core/balancers/create'
import { now } from './deadlines.ts'
import type { LiveTarget } from './live-target.ts'
import { rampAt } from './slow-start.ts'
import type { TargetTls, UpstreamTls } from './tls/target-tls.ts'
import type { TargetState } from './traffic.ts'
import type { UpstreamConfig } from './upstream.ts'

type TargetConfig = UpstreamConfig['targets'][number]

/** A target as one revision has it: the weight of that revision, around what lives longer. */
export class UpstreamTarget implements Target {
  readonly id: string
  readonly host: string
  readonly port: string
  readonly weight: number
  readonly tier: number
  readonly live: LiveTarget
  readonly enabled: boolean
  readonly draining: boolean
  /** So many connections may be open to it; 0 is no limit. */
  readonly maxConnections: number
  /** How it is spoken to by TLS; undefined: not. */
  readonly security: TargetTls | undefined
  readonly #maxInFlight: number
  /** These are set by `settle`, so that a pick reads plain fields. */
  ramp = 1
  /** Operators let it have traffic. */
  takesTraffic = false
  /** The node has judged that it is not to be picked. */
  out = false
  /** It may be picked, as far as that does not change with each request; set by its upstream. */
  available = false

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
    return this.live.latencyMs
  }

  /** By this revision it is to go on with what it serves. */
  get stays(): boolean {
    return this.enabled && !this.draining
  }

  /** It has as much in hand as it may. */
  get full(): boolean {
    const { live, maxConnections } = this
    if (this.#maxInFlight > 0 && live.inFlight >= this.#maxInFlight) return true
    return maxConnections > 0 && live.connections >= maxConnections && live.pool.idle === 0
  }

  /**
   * Takes over how things are with it now.
   *
   * @returns it is in slow start
   */
  settle(slowStart: UpstreamConfig['slowStart']): boolean {
    const { live } = this
    // Where a revision serves that has none of this upstream, who came before it has no other targets.
    const leaves = live.leaving && live.upstream.current !== undefined
    this.takesTraffic = this.stays && this.weight > 0 && !leaves
    this.out = live.judgement.out
    return this.settleRamp(slowStart)
  }

  /** @returns it is in slow start */
  settleRamp(slowStart: UpstreamConfig['slowStart']): boolean {
    const since = this.live.judgement.slowStartSince
    this.ramp = slowStart === undefined || Number.isNaN(since) ? 1 : rampAt(now() - since, slowStart)
    return this.ramp < 1
  }

  /** @param weight what failures have left of it, as the balancer has it */
  state(weight: number): TargetState {
    const { available, draining, tier, ramp } = this
    return {
      ...liveState(this.live),
      weight: this.weight,
      effectiveWeight: available ? weight * ramp : 0,
      eligible: available,
      draining,
      tier,
      ramp,
    }
  }
}

/** What is known of a target whether a revision names it or not. */
export function liveState(live: LiveTarget): TargetState {
  const { id, url, requests, failures, inFlight, connections, tunnels, drainLeftMs = null } = live
  const latencyMs = live.latencyNow
  return {
    id,
    url,
    weight: 0,
    effectiveWeight: 0,
    eligible: false,
    draining: true,
    tier: 0,
    out: live.judgement.out,
    ramp: 1,
    latencyMs: Number.isNaN(latencyMs) ? null : latencyMs,
    drainLeftMs,
    requests,
    failures,
    inFlight,
    connections,
    tunnels,
  }
}
