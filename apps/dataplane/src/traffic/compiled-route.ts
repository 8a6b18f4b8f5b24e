import type { Balancer, Target } from '@switchyard/core/balancers/contract'
import { createBalancer } from '@switchyard/core/balancers/create'
import type { Config } from '@switchyard/core/config/model'
import type { Handler } from '@switchyard/core/middleware/compose'
import type { Routable } from '@switchyard/core/routing/routable'
import type { RouteSeries } from './route-series.ts'
import { noRequest, type SequenceServices, type Upstream, type UpstreamConfig } from './upstream.ts'

export type RouteConfig = Config['routes'][number]

type Overriding = Pick<RouteConfig, 'timeouts' | 'retries'>

/** An upstream as a route uses it: what the route says about time and retries stands over what the upstream says. */
export class Destination {
  readonly upstream: Upstream
  readonly timeouts: UpstreamConfig['timeouts']
  readonly retries: UpstreamConfig['retries']
  readonly #route: Overriding
  #instead: Destination | undefined

  constructor(route: Overriding, upstream: Upstream) {
    this.upstream = upstream
    this.timeouts = over(upstream.config.timeouts, route.timeouts)
    this.retries = over(upstream.config.retries, route.retries)
    this.#route = route
  }

  /** The upstream that serves in its place now, used by the same route; made once for each. */
  get serving(): Destination {
    const { serving } = this.upstream
    if (serving === this.upstream) return this
    if (this.#instead?.upstream !== serving) this.#instead = new Destination(this.#route, serving)
    return this.#instead
  }
}

/** Chooses the upstream of a request. */
export interface UpstreamChoice {
  choose(): Destination | undefined
  /** Shares between upstreams, kept over publishes; undefined where there is nothing to share. */
  readonly balancer: Balancer | undefined
}

/** A route of a runtime: what the router finds, and what happens then. */
export interface CompiledRoute extends Routable {
  readonly config: RouteConfig
  /** Every middleware around the forwarding, as one function; undefined where there is none, and forwarding is all. */
  readonly handle: Handler | undefined
  readonly upstreams: UpstreamChoice
  /** Protocols that a client may switch to, in lower case. */
  readonly upgrades: readonly string[]
  readonly series: RouteSeries
}

/**
 * How a route finds its upstream: the one it names, or its split by smooth weighted round robin, so that the shares are
 * exact over any short run. Holds on to these upstreams and no others of the revision: a long download keeps its route.
 *
 * @param previous the choice of the same route in the revision before: its place in the sequence is kept
 */
export function createChoice(
  route: Pick<RouteConfig, 'forward' | 'timeouts' | 'retries'>,
  upstreams: ReadonlyMap<string, Upstream>,
  services: SequenceServices,
  previous: UpstreamChoice | undefined,
): UpstreamChoice {
  const { forward } = route
  if (forward === undefined) return one(undefined)
  const { timeouts, retries } = route
  const destination = (id: string): Destination | undefined => {
    const upstream = upstreams.get(id)
    return upstream && new Destination({ timeouts, retries }, upstream)
  }
  if ('upstream' in forward) return one(destination(forward.upstream))
  const parts = forward.split.map(({ upstream, weight }) => new Part(upstream, weight, destination(upstream)))
  return split(parts, services, previous?.balancer)
}

/** Those fields that are there stand over the others. */
function over<Fields extends object>(
  all: Fields,
  some: { [Key in keyof Fields]?: Fields[Key] | undefined } = {},
): Fields {
  const there = Object.entries(some).filter(([, value]) => value !== undefined)
  return { ...all, ...Object.fromEntries(there) }
}

function one(destination: Destination | undefined): UpstreamChoice {
  return { choose: () => destination, balancer: undefined }
}

function split(parts: readonly Part[], services: SequenceServices, previous: Balancer | undefined): UpstreamChoice {
  const strategy = { type: 'weighted-round-robin', maxFails: 0 } as const
  const balancer = createBalancer(strategy, parts, { ...services, previous })
  // The balancer was made with these parts and no others.
  return { balancer, choose: () => (balancer.pick(noRequest, always) as Part | undefined)?.destination }
}

/** An upstream as one that takes its turn. */
class Part implements Target {
  readonly id: string
  readonly host = ''
  readonly port = ''
  readonly weight: number
  readonly ramp = 1
  readonly inFlight = 0
  readonly latencyMs = Number.NaN
  readonly destination: Destination | undefined

  constructor(id: string, weight: number, destination: Destination | undefined) {
    this.id = id
    this.weight = weight
    this.destination = destination
  }
}

const always = (): boolean => true
