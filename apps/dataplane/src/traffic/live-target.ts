import type { OnReadOpts, Socket } from 'node:net'
import type { AddressPolicy } from './address-policy.ts'
import { ConnectionPool } from './connection-pool.ts'
import type { Deadlines } from './deadlines.ts'
import { type Endpoint, openSocket } from './open-socket.ts'
import { TargetTls, type UpstreamTls } from './tls/target-tls.ts'
import { WaitingLine } from './waiting-line.ts'

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
  readonly upstream: string
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
  /** Who waits for a target of its upstream to have room. */
  readonly line: WaitingLine
  /** How long what it is serving may go on once it is to leave: as the last revision that named it says. */
  drainMs = 30_000
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
  #leaving = false
  #closed = false
  #end: NodeJS.Timeout | undefined

  /** `unused` is called once no runtime names the target any more and everything it served is over. */
  constructor(
    upstream: string,
    id: string,
    url: string,
    line: WaitingLine,
    services: TargetServices,
    unused: (target: LiveTarget) => void,
  ) {
    this.upstream = upstream
    this.id = id
    this.url = url
    this.line = line
    this.services = services
    this.#unused = unused
    const { protocol, hostname, port, pathname, host } = new URL(url)
    this.secure = protocol === 'https:'
    this.endpoint = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (this.secure ? 443 : 80) }
    this.basePath = pathname.replace(/\/$/, '')
    this.authority = host
    this.pool = new ConnectionPool(this)
  }

  get leaving(): boolean {
    return this.#leaving
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
      this.line.move()
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
  }

  /** Once for each that has begun, when all of its answer has come or none will. */
  attemptOver(): void {
    this.inFlight--
    this.line.move()
    if (this.inFlight === 0) this.#closeWhenUnused()
  }

  begin(work: Work): void {
    this.#work.add(work)
  }

  finish(work: Work): void {
    this.#work.delete(work)
    this.#closeWhenUnused()
  }

  /** Takes nothing new by the revision that serves; what it is serving is ended after `drainMs`. */
  leave(): void {
    if (this.#leaving || this.#closed) return
    this.#leaving = true
    this.#end = setTimeout(() => this.endWork(), this.drainMs).unref()
  }

  /** A revision that serves wants it again, or still. */
  stay(): void {
    this.#leaving = false
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

/** Every target that a runtime names or that is still serving something, found by upstream, id and URL. */
export class LiveTargets {
  readonly #services: TargetServices
  readonly #targets = new Map<string, LiveTarget>()
  readonly #lines = new Map<string, WaitingLine>()

  constructor(services: TargetServices) {
    this.#services = services
  }

  all(): Iterable<LiveTarget> {
    return this.#targets.values()
  }

  /** The live target, made when there is none; the caller holds it. */
  hold(upstream: string, id: string, url: string): LiveTarget {
    const key = `${upstream} ${id} ${url}`
    let target = this.#targets.get(key)
    if (!target) {
      const line = this.#lineOf(upstream)
      line.targets++
      target = new LiveTarget(upstream, id, url, line, this.#services, () => this.#forget(key, line))
      this.#targets.set(key, target)
    }
    target.hold()
    return target
  }

  #lineOf(upstream: string): WaitingLine {
    let line = this.#lines.get(upstream)
    if (!line) {
      line = new WaitingLine(upstream, this.#services.deadlines)
      this.#lines.set(upstream, line)
    }
    return line
  }

  #forget(key: string, line: WaitingLine): void {
    this.#targets.delete(key)
    if (--line.targets === 0) this.#lines.delete(line.upstream)
  }

  destroy(): void {
    for (const target of this.#targets.values()) target.destroy()
    this.#targets.clear()
    this.#lines.clear()
  }
}
