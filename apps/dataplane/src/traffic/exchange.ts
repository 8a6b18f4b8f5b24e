import type { HeaderList } from '@switchyard/core/http/header-list'
import type {
  Context,
  GatewayResponse,
  Log,
  OutgoingRequest,
  ReceivedRequest,
} from '@switchyard/core/middleware/contract'
import type { RouteRequest } from '@switchyard/core/routing/routable'
import type { Affinity } from './affinity.ts'
import type { CompiledRoute, Destination } from './compiled-route.ts'
import { now } from './deadlines.ts'
import type { ForwardServices } from './forward.ts'
import type { AccessEntry } from './observe/access-entry.ts'
import type { RequestSeries } from './observe/request-series.ts'
import type { Termination } from './observe/termination.ts'
import type { RequestBody } from './request-body.ts'
import type { Runtime } from './runtime.ts'
import type { Tunnelled } from './tunnelled.ts'
import type { Upstream } from './upstream.ts'
import type { UpstreamTarget } from './upstream-target.ts'

/** A request as it came in, by whatever protocol. */
export interface Received extends ReceivedRequest, RouteRequest {
  readonly headers: HeaderList
  readonly body: RequestBody | undefined
}

/** What can be ended before it is over. */
export interface Cancellable {
  cancel(): void
}

/** A tunnel that a target has agreed to; opened towards the client once every middleware has seen the answer. */
export interface OfferedTunnel extends Cancellable {
  /** The protocol that both sides switch to, as the target named it. */
  readonly protocol: string
  /** The client was told 101: bytes flow from now on, and both ends are the tunnel's. */
  open(client: Tunnelled): void
}

/** The front of an exchange: what can be done towards a client, whatever it speaks. */
export interface ClientSide {
  /** Such as `TLSv1.3`; undefined without TLS. */
  readonly tlsVersion: string | undefined
  /** Answers, once; a response of status 101 opens the tunnel that was offered. */
  send(exchange: Exchange, response: GatewayResponse): void
  /** An interim response that the client may make use of before the answer: 103 (RFC 8297). */
  hint(exchange: Exchange, headers: HeaderList): void
}

/**
 * One request on its way through, whatever it came in by. The fields that middleware know are those of `Context`; the
 * rest is how a front, the forwarding and a back work on it together.
 */
export class Exchange implements Context, AccessEntry {
  readonly id: string
  readonly received: Received
  readonly outgoing: OutgoingRequest
  readonly client: { readonly ip: string; readonly port: number }
  readonly log: Log
  readonly side: ClientSide
  /** The protocol that the client asks to switch to, in lower case; undefined when it asks for none. */
  readonly upgrade: string | undefined
  /** The client takes trailers. */
  readonly acceptsTrailers: boolean
  readonly traceId: string
  /** Milliseconds on the clock of `now`. */
  readonly startedAt: number
  response: GatewayResponse | undefined = undefined
  /** Set with a response of status 101. */
  tunnel: OfferedTunnel | undefined = undefined

  /** What is under way at a target. */
  attempt: Cancellable | undefined = undefined
  /** What to do when forwarding is over, one way or the other; set by `forward`. */
  forwarded: ((exchange: Exchange) => void) | undefined = undefined
  /** What forwarding works with, and where to; set by `forward`. */
  services: ForwardServices | undefined = undefined
  destination: Destination | undefined = undefined
  target: UpstreamTarget | undefined = undefined
  /** Targets that have failed in this request. */
  tried: UpstreamTarget[] | undefined = undefined
  /** Where its cookie leads, and by which affinity that was found out; looked for at most once for each. */
  boundTo: UpstreamTarget | undefined = undefined
  boundBy: Affinity | undefined = undefined
  /** What the attempt that is under way is to be ended with at the circuit breaker; 0 where there is none. */
  breakerEra = 0
  /** How many attempts there were. */
  attempts = 0
  /** Attempts that may still follow a failed one. */
  retriesLeft = 0

  /** When the first attempt began, on the clock of `now`, and how long the last one took; NaN while it is not known. */
  forwardedAt = Number.NaN
  connectMs = Number.NaN
  responseMs = Number.NaN
  /** How long the target took for the head of its answer; NaN where it cannot be told from what the client took. */
  answerMs = Number.NaN
  endedAt = Number.NaN
  bytesOut = 0
  /** What the client has sent through a tunnel; there is no body before one. */
  tunnelBytesIn = 0
  status = 0
  /** Set by whoever knows first that it did not go well. */
  termination: Termination = 'completed'

  #route: CompiledRoute | undefined = undefined
  #upstream: Upstream | undefined = undefined
  #series: RequestSeries | undefined = undefined
  #runtime: Runtime | undefined = undefined
  #abort: AbortController | undefined = undefined
  #state: Map<string, unknown> | undefined = undefined
  #gone = false

  constructor(
    side: ClientSide,
    received: Received,
    outgoing: OutgoingRequest,
    client: { readonly ip: string; readonly port: number },
    log: Log,
    id: string,
    traceId: string,
    upgrade: string | undefined,
    acceptsTrailers: boolean,
  ) {
    this.side = side
    this.received = received
    this.outgoing = outgoing
    this.client = client
    this.log = log
    this.id = id
    this.traceId = traceId
    this.upgrade = upgrade
    this.acceptsTrailers = acceptsTrailers
    this.startedAt = now()
  }

  get listener(): string {
    return this.received.listener
  }

  get tlsVersion(): string | undefined {
    return this.side.tlsVersion
  }

  get time(): number {
    // `performance.timeOrigin` would not know of what the wall clock was set by since.
    return Date.now() - (now() - this.startedAt)
  }

  get waitingMs(): number {
    return this.forwardedAt - this.startedAt
  }

  get totalMs(): number {
    return this.endedAt - this.startedAt
  }

  get bytesIn(): number {
    return this.received.body?.bytes ?? this.tunnelBytesIn
  }

  /** The exchange takes this route of a runtime, which it leases until `releaseLease`. */
  takeRoute(route: CompiledRoute, runtime: Runtime): void {
    this.#route = route
    this.#runtime = runtime
    runtime.lease()
  }

  /** Set before any middleware runs; where none was found nobody asks but the log, which knows. */
  get route(): CompiledRoute {
    return this.#route as CompiledRoute
  }

  /** Who is to serve it; set by `forward`. From then on it counts as being in flight there. */
  get upstream(): Upstream | undefined {
    return this.#upstream
  }

  set upstream(upstream: Upstream | undefined) {
    this.#upstream = upstream
    if (!this.#series) this.#count(upstream?.id ?? '')
  }

  #count(upstream: string): RequestSeries {
    const series = this.route.series.of(this.listener, upstream)
    series.started()
    this.#series = series
    return series
  }

  /** From here on only the route and the target are needed: a body is flowing, or a tunnel is open. */
  releaseLease(): void {
    this.#runtime?.release()
    this.#runtime = undefined
  }

  get state(): Map<string, unknown> {
    this.#state ??= new Map()
    return this.#state
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController()
      if (this.#gone) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /** Nobody waits for an answer any more: the client has gone, or has it. */
  get gone(): boolean {
    return this.#gone
  }

  /** The answer is over, or given up. A body of a target that no middleware has passed on is not read on. */
  finish(): void {
    this.#gone = true
    this.attempt?.cancel()
    this.releaseLease()
    this.endedAt = now()
    if (!this.#route) return
    const series = this.#series ?? this.#count('')
    series.finished(this.status, this.totalMs, this.bytesIn, this.bytesOut)
  }

  /** Nobody waits for an answer any more: what is under way at a target ends. */
  abandon(): void {
    if (this.#gone) return
    this.#gone = true
    if (this.termination === 'completed') this.termination = 'client_gone'
    this.#abort?.abort()
    this.attempt?.cancel()
    this.tunnel?.cancel()
    this.releaseLease()
  }
}
