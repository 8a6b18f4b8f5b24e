import type { Balancer, Target } from '@switchyard/core/balancers/contract'
import { createBalancer } from '@switchyard/core/balancers/create'
import type { Config } from '@switchyard/core/config/model'
import type { Handler } from '@switchyard/core/middleware/compose'
import type { Routable } from '@switchyard/core/routing/routable'
import { noRequest, type SequenceServices, type Upstream } from './upstream.ts'

export type RouteConfig = Config['routes'][number]

/** Chooses the upstream of a request. */
export interface UpstreamChoice {
  choose(): Upstream | undefined
  /** Shares between upstreams, kept over publishes; undefined where there is nothing to share. */
  readonly balancer: Balancer | undefined
}

/** A route of a runtime: what the router finds, and what happens then. */
export interface CompiledRoute extends Routable {
  readonly config: RouteConfig
  /** Every middleware around the forwarding, as one function. */
  readonly handle: Handler
  readonly upstreams: UpstreamChoice
}

/** Route time-outs take the place of those of the upstream, one by one. */
export function timeoutsOf(route: CompiledRoute, upstream: Upstream): Upstream['config']['timeouts'] {
  const own = route.config.timeouts
  if (own === undefined) return upstream.config.timeouts
  const { connectMs, tlsMs, responseMs, idleMs, totalMs, tunnelIdleMs, keepAliveMs } = upstream.config.timeouts
  return {
    connectMs: own.connectMs ?? connectMs,
    tlsMs: own.tlsMs ?? tlsMs,
    responseMs: own.responseMs ?? responseMs,
    idleMs: own.idleMs ?? idleMs,
    totalMs: own.totalMs ?? totalMs,
    tunnelIdleMs: own.tunnelIdleMs ?? tunnelIdleMs,
    keepAliveMs: own.keepAliveMs ?? keepAliveMs,
  }
}

/** How many more attempts than one a request may have. */
export function retriesOf(route: CompiledRoute, upstream: Upstream): number {
  return route.config.retries?.attempts ?? upstream.config.retries.attempts
}

/**
 * How a route finds its upstream: the one it names, or its split by smooth weighted round robin, so that the shares are
 * exact over any short run. Holds on to these upstreams and no others of the revision: a long download keeps its route.
 *
 * @param previous the choice of the same route in the revision before: its place in the sequence is kept
 */
export function createChoice(
  forward: RouteConfig['forward'],
  upstreams: ReadonlyMap<string, Upstream>,
  services: SequenceServices,
  previous: UpstreamChoice | undefined,
): UpstreamChoice {
  if (forward === undefined) return one(undefined)
  if ('upstream' in forward) return one(upstreams.get(forward.upstream))
  const parts = forward.split.map(({ upstream, weight }) => new Part(upstream, weight, upstreams.get(upstream)))
  return split(parts, services, previous?.balancer)
}

function one(upstream: Upstream | undefined): UpstreamChoice {
  return { choose: () => upstream, balancer: undefined }
}

function split(parts: readonly Part[], services: SequenceServices, previous: Balancer | undefined): UpstreamChoice {
  const strategy = { type: 'weighted-round-robin', maxFails: 0 } as const
  const balancer = createBalancer(strategy, parts, { ...services, previous })
  // The balancer was made with these parts and no others.
  return { balancer, choose: () => (balancer.pick(noRequest, always) as Part | undefined)?.upstream }
}

/** An upstream as one that takes its turn. */
class Part implements Target {
  readonly id: string
  readonly host = ''
  readonly port = ''
  readonly weight: number
  readonly inFlight = 0
  readonly upstream: Upstream | undefined

  constructor(id: string, weight: number, upstream: Upstream | undefined) {
    this.id = id
    this.weight = weight
    this.upstream = upstream
  }
}

const always = (): boolean => true
