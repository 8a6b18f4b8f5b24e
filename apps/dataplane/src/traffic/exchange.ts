import type { Socket } from 'node:net'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type {
  Body,
  Context,
  GatewayResponse,
  Log,
  OutgoingRequest,
  ReceivedRequest,
} from '@switchyard/core/middleware/contract'
import type { RouteRequest } from '@switchyard/core/routing/routable'
import type { CompiledRoute } from './compiled-route.ts'
import type { Origin } from './forwarded.ts'
import type { RequestBody } from './request-body.ts'
import type { CheckedHead, RequestHead } from './request-gate.ts'

/** A request as it came in, by whatever protocol. */
export class Received implements ReceivedRequest, RouteRequest {
  readonly listener: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly host: string
  readonly url: string
  readonly path: string
  readonly query: string
  readonly headers: HeaderList
  readonly httpVersion: string
  readonly clientIp: string
  readonly body: (RequestBody & Body) | undefined

  constructor(
    listener: string,
    head: RequestHead,
    checked: CheckedHead,
    origin: Origin,
    body: RequestBody | undefined,
  ) {
    this.listener = listener
    this.method = head.method
    this.scheme = origin.scheme
    this.authority = checked.authority
    this.host = checked.host
    this.url = checked.url
    this.path = checked.path
    this.query = checked.query
    this.headers = checked.headers
    this.httpVersion = head.version
    this.clientIp = origin.clientIp
    this.body = body
  }

  header(name: string): string | undefined {
    return this.headers.get(name)
  }
}

/** What ends when an exchange does. */
export interface Cancellable {
  cancel(): void
}

/** A tunnel that a target has agreed to; opened towards the client once every middleware has seen the answer. */
export interface OfferedTunnel extends Cancellable {
  /** The protocol that both sides switch to. */
  readonly protocol: string
  /**
   * The client was told 101: bytes flow from now on, and both sockets are the tunnel's.
   *
   * @param early what the client has sent already
   */
  open(client: Socket, early: readonly Buffer[]): void
}

/**
 * One request on its way through, whatever it came in by. The fields that middleware know are those of `Context`; the
 * rest is how a front, the forwarding and a back work on it together.
 */
export class Exchange implements Context {
  readonly id: string
  readonly received: Received
  readonly outgoing: OutgoingRequest
  readonly client: { readonly ip: string; readonly port: number }
  readonly log: Log
  /** The protocol that the client asks to switch to; the front lets none through that is not `websocket`. */
  readonly upgrade: 'websocket' | undefined
  readonly startedAt: number
  response: GatewayResponse | undefined
  /** Set with a response of status 101. */
  tunnel: OfferedTunnel | undefined
  /** What is under way at a target. */
  attempt: Cancellable | undefined
  #route: CompiledRoute | undefined
  #release: (() => void) | undefined
  #abort: AbortController | undefined
  #state: Map<string, unknown> | undefined
  #gone = false

  constructor(fields: {
    id: string
    received: Received
    outgoing: OutgoingRequest
    client: { readonly ip: string; readonly port: number }
    log: Log
    upgrade: 'websocket' | undefined
    startedAt: number
  }) {
    this.id = fields.id
    this.received = fields.received
    this.outgoing = fields.outgoing
    this.client = fields.client
    this.log = fields.log
    this.upgrade = fields.upgrade
    this.startedAt = fields.startedAt
  }

  /** The exchange takes this route, of a runtime that it leases until `releaseLease`. */
  takeRoute(route: CompiledRoute | undefined, release: () => void): void {
    this.#route = route
    this.#release = release
  }

  /** Set before any middleware runs. */
  get route(): CompiledRoute {
    return this.#route as CompiledRoute
  }

  /** From here on only the route and the target are needed: a body is flowing, or a tunnel is open. */
  releaseLease(): void {
    this.#release?.()
    this.#release = undefined
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

  /** The client has gone, or the exchange is given up. */
  get gone(): boolean {
    return this.#gone
  }

  /** The answer is over. A body of a target that no middleware has passed on is not read on. */
  finish(): void {
    this.attempt?.cancel()
  }

  /** Nobody waits for an answer any more: what is under way at a target ends. */
  abandon(): void {
    if (this.#gone) return
    this.#gone = true
    this.#abort?.abort()
    this.attempt?.cancel()
    this.tunnel?.cancel()
  }
}
