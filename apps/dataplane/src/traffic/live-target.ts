import type { OnReadOpts, Socket } from 'node:net'
import { PeakEwma } from '@switchyard/core/balancers/peak-ewma'
import type { AddressPolicy } from './address-policy.ts'
import { type Severity, severity } from './attempt-severity.ts'
import type { UntoldAttempts } from './attempt-teller.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type Deadlines, now } from './deadlines.ts'
import { failedMs } from './failed-ms.ts'
import { type Judgement, unjudged } from './judgements.ts'
import type { LiveUpstream, TierCount } from './live-upstream.ts'
import { type Endpoint, openSocket } from './open-socket.ts'
import { TargetTls, type UpstreamTls } from './tls/target-tls.ts'

/** Something that a target is serving over a connection of its own: a tunnel, or what may become one. */
export interface Work {
  /** The time to finish is over. */
  end(): void
}

/** What connections to targets need of the worker. */
export interface TargetServices {
  readonly deadlines: Deadlines
  readonly addressAllowed: AddressPolicy
}

/**
 * What lives as long as a target keeps its id and its URL, over any number of revisions: connections, counters, and what
 * it is serving.
 */
export class LiveTarget {
  readonly upstream: LiveUpstream
  readonly id: string
  readonly url: string
  readonly endpoint: Endpoint
  /** It is spoken to by TLS. */
  readonly secure: boolean
  /** What its URL says after the host, without a slash at the end; empty when it says nothing. */
  readonly basePath: string
  /** The Host field by which it knows itself: the port is left out where it is the usual one. */
  readonly authority: string
  readonly pool: ConnectionPool
  readonly services: TargetServices
  /** What the node has judged of it. */
  judgement: Judgement = unjudged
  /** How attempts at it end; undefined where nobody wants to know. */
  untold: UntoldAttempts | undefined
  requests = 0
  failures = 0
  /** Attempts that are under way; open tunnels are not among them. */
  inFlight = 0
  tunnels = 0
  /** Open sockets, tunnels included. */
  connections = 0
  /** Milliseconds on the wall clock when a failure was last logged. */
  failureLoggedAt = 0
  #security: TargetTls | undefined
  readonly #work = new Set<Work>()
  readonly #unused: (target: LiveTarget) => void
  #holders = 0
  /** On the clock of `now`; undefined while it stays. */
  #leavingSince: number | undefined
  #drainMs = 30_000
  #closed = false
  #end: NodeJS.Timeout | undefined
  #tier: TierCount
  readonly #latency = new PeakEwma()

  /** `unused` is called once no runtime names the target any more and everything it served is over. */
  constructor(
    upstream: LiveUpstream,
    id: string,
    url: string,
    services: TargetServices,
    unused: (target: LiveTarget) => void,
  ) {
    this.upstream = upstream
    this.id = id
    this.url = url
    this.services = services
    this.#unused = unused
    const { protocol, hostname, port, pathname, host } = new URL(url)
    this.secure = protocol === 'https:'
    this.endpoint = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (this.secure ? 443 : 80) }
    this.basePath = pathname.replace(/\/$/, '')
    this.authority = host
    this.#tier = upstream.countOf(0)
    this.pool = new ConnectionPool(this)
  }

  /** It takes nothing new by the revision that serves. */
  get leaving(): boolean {
    return this.#leavingSince !== undefined
  }

  /** Milliseconds until what it is serving is ended; undefined where it stays. */
  get drainLeftMs(): number | undefined {
    return this.#leavingSince === undefined ? undefined : Math.max(0, this.#leavingSince + this.#drainMs - now())
  }

  /** What its answers take, in milliseconds; NaN while nothing is known. Not older than a tick while anything is under way. */
  get latencyMs(): number {
    return this.#latency.read(this.services.deadlines.coarseNow)
  }

  get latencyNow(): number {
    return this.#latency.read(now())
  }

  /** How it is spoken to by an upstream's rules of TLS; the same object for the same rules. Undefined without TLS. */
  securityBy(rules: UpstreamTls): TargetTls | undefined {
    if (!this.secure) return undefined
    if (this.#security?.upstream !== rules) this.#security = new TargetTls(rules, this.endpoint.host)
    return this.#security
  }

  /** Begins a connection to it, as `openSocket` does. */
  openSocket(security: TargetTls | undefined, onread?: OnReadOpts): Socket {
    const socket = openSocket(this.endpoint, this.services.addressAllowed, security, onread)
    this.connections++
    socket.once('close', () => {
      this.connections--
      this.upstream.line.move()
    })
    return socket
  }

  /** A runtime names it. */
  hold(): void {
    this.#holders++
  }

  release(): void {
    this.#holders--
    this.#closeWhenUnused()
  }

  attemptBegun(): void {
    this.requests++
    this.inFlight++
    this.upstream.inFlight++
    this.#tier.inFlight++
  }

  /** Attempts at it are counted in this tier, those that are under way among them. */
  countIn(tier: TierCount): void {
    this.#tier.inFlight -= this.inFlight
    tier.inFlight += this.inFlight
    this.#tier = tier
  }

  /**
   * An attempt has come to the head of an answer, or has failed.
   *
   * @param ms what it took
   */
  answered(ms: number, how: Severity): void {
    const { coarseNow } = this.services.deadlines
    this.#latency.observe(how === severity.well ? ms : failedMs(ms, how, this.#latency.read(coarseNow)), coarseNow)
  }

  /** Once for each that has begun, when all of its answer has come or none will. */
  attemptOver(): void {
    this.inFlight--
    this.upstream.inFlight--
    this.#tier.inFlight--
    this.upstream.line.move()
    if (this.inFlight === 0) this.#closeWhenUnused()
  }

  begin(work: Work): void {
    this.#work.add(work)
  }

  finish(work: Work): void {
    this.#work.delete(work)
    this.#closeWhenUnused()
  }

  /**
   * Takes nothing new by the revision that serves; what it is serving is ended so long after it began to leave.
   *
   * @param drainMs absent: as the last revision that named it says
   */
  leave(drainMs = this.#drainMs): void {
    const begins = this.#leavingSince === undefined
    if (this.#closed || (!begins && drainMs === this.#drainMs)) return
    this.#drainMs = drainMs
    this.#leavingSince ??= now()
    clearTimeout(this.#end)
    this.#end = setTimeout(() => this.endWork(), this.#leavingSince + drainMs - now()).unref()
    if (begins) this.pool.closeIdle()
  }

  /** A revision that serves wants it again, or still. */
  stay(drainMs: number): void {
    this.#drainMs = drainMs
    this.#leavingSince = undefined
    clearTimeout(this.#end)
  }

  /** Ends what it is serving: tunnels with a word to the client, bodies cut off. */
  endWork(): void {
    for (const work of [...this.#work]) work.end()
    this.pool.endWork()
  }

  #closeWhenUnused(): void {
    if (this.#closed || this.#holders > 0 || this.inFlight > 0 || this.#work.size > 0) return
    this.#closed = true
    clearTimeout(this.#end)
    this.pool.close()
    this.#unused(this)
  }

  /** Ends everything now. */
  destroy(): void {
    clearTimeout(this.#end)
    this.endWork()
    this.pool.close()
  }
}
