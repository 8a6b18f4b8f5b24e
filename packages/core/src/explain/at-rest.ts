import type { PickRequest, Target, UpstreamLoad } from '../balancers/contract.ts'
import { hashAddress } from '../balancers/create.ts'
import type { TargetConfig } from '../config/model.ts'

/** What a pick went by beside the order and the weights. */
export interface PickWitness {
  load: boolean
  draw: boolean
  request: boolean
}

/** A target at rest: nothing in hand, nothing known of its latency, all of its weight. Notes when its load is looked at. */
export class RestingTarget implements Target {
  readonly id: string
  readonly host: string
  readonly port: string
  readonly weight: number
  readonly ramp = 1
  readonly config: TargetConfig
  readonly #witness: PickWitness

  constructor(config: TargetConfig, witness: PickWitness) {
    const { host, port } = hashAddress(config.url)
    this.id = config.id
    this.host = host
    this.port = port
    this.weight = config.weight
    this.config = config
    this.#witness = witness
  }

  get inFlight(): number {
    this.#witness.load = true
    return 0
  }

  get latencyMs(): number {
    this.#witness.load = true
    return Number.NaN
  }

  get takesTraffic(): boolean {
    const { enabled, drain } = this.config
    return enabled && !drain && this.weight > 0
  }
}

/** Nothing is in hand at any target of a balancer. */
export class RestingLoad implements UpstreamLoad {
  /** Of those that are eligible; set before each pick. */
  weight = 0
  readonly #witness: PickWitness

  constructor(witness: PickWitness) {
    this.#witness = witness
  }

  get inFlight(): number {
    this.#witness.load = true
    return 0
  }
}

/** The request, noting when something of it is looked at. */
export function watchedRequest(request: PickRequest, witness: PickWitness): PickRequest {
  const noting = <T>(value: T): T => {
    witness.request = true
    return value
  }
  return {
    get clientIp() {
      return noting(request.clientIp)
    },
    get host() {
      return noting(request.host)
    },
    get url() {
      return noting(request.url)
    },
    header: (name) => noting(request.header(name)),
  }
}
