import { ConnectionPool } from './connection-pool.ts'
import { LinkedList, type Place } from './linked-list.ts'
import type { Endpoint } from './open-socket.ts'

/** Something that a target is serving: an exchange, or a tunnel. */
export interface Work {
  /** The time to finish is over. */
  end(): void
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
  /** What its URL says after the host, without a slash at the end; empty when it says nothing. */
  readonly basePath: string
  /** The Host field by which it knows itself: the port is left out where it is the usual one. */
  readonly authority: string
  readonly pool: ConnectionPool
  /** How long what it is serving may go on once it is to leave: as the last revision that named it says. */
  drainMs = 30_000
  requests = 0
  failures = 0
  inFlight = 0
  tunnels = 0
  /** Milliseconds on the wall clock when a failure was last logged. */
  failureLoggedAt = 0
  readonly #work = new LinkedList<Work>()
  readonly #unused: (target: LiveTarget) => void
  #holders = 0
  #leaving = false
  #closed = false
  #end: NodeJS.Timeout | undefined

  /** `unused` is called once no runtime names the target any more and everything it served is over. */
  constructor(upstream: string, id: string, url: string, unused: (target: LiveTarget) => void) {
    this.upstream = upstream
    this.id = id
    this.url = url
    this.#unused = unused
    const { protocol, hostname, port, pathname, host } = new URL(url)
    const secure = protocol === 'https:'
    this.endpoint = { secure, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (secure ? 443 : 80) }
    this.basePath = pathname.replace(/\/$/, '')
    this.authority = host
    this.pool = new ConnectionPool(this.endpoint)
  }

  get leaving(): boolean {
    return this.#leaving
  }

  /** Open connections, tunnels included. */
  get connections(): number {
    return this.pool.size + this.tunnels
  }

  /** A runtime names it. */
  hold(): void {
    this.#holders++
  }

  release(): void {
    this.#holders--
    this.#closeWhenUnused()
  }

  begin(work: Work): Place<Work> {
    return this.#work.add(work)
  }

  /** Once for each place. */
  finish(place: Place<Work>): void {
    this.#work.delete(place)
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
    for (const work of this.#work.filter(() => true)) work.end()
  }

  #closeWhenUnused(): void {
    if (this.#closed || this.#holders > 0 || this.#work.size > 0) return
    this.#closed = true
    clearTimeout(this.#end)
    this.pool.close()
    this.#unused(this)
  }

  /** Ends everything now. */
  destroy(): void {
    clearTimeout(this.#end)
    this.endWork()
    this.pool.destroy()
  }
}

/** Every target that a runtime names or that is still serving something, found by upstream, id and URL. */
export class LiveTargets {
  readonly #targets = new Map<string, LiveTarget>()

  all(): Iterable<LiveTarget> {
    return this.#targets.values()
  }

  /** The live target, made when there is none; the caller holds it. */
  hold(upstream: string, id: string, url: string): LiveTarget {
    const key = `${upstream} ${id} ${url}`
    let target = this.#targets.get(key)
    if (!target) {
      target = new LiveTarget(upstream, id, url, () => this.#targets.delete(key))
      this.#targets.set(key, target)
    }
    target.hold()
    return target
  }

  destroy(): void {
    for (const target of this.#targets.values()) target.destroy()
    this.#targets.clear()
  }
}
