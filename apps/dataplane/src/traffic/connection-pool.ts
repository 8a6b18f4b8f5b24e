import { now } from './deadlines.ts'
import { TargetConnection } from './http1/back/target-connection.ts'
import type { LiveTarget } from './live-target.ts'
import type { TargetTls } from './tls/target-tls.ts'

/** What a revision says of connections to a target. */
interface TakeOptions {
  readonly security: TargetTls | undefined
  /** So many may be open; 0 is no limit. */
  readonly maxConnections: number
}

/**
 * The connections to one target over which requests go, the one used last taken first, so that those not needed grow old
 * and close.
 */
export class ConnectionPool {
  readonly #live: LiveTarget
  readonly #idle: TargetConnection[] = []
  readonly #open = new Set<TargetConnection>()
  #closed = false

  constructor(live: LiveTarget) {
    this.#live = live
  }

  /** Connections that wait for a request. */
  get idle(): number {
    return this.#idle.length
  }

  /**
   * A connection for one exchange, perhaps one that is still to be opened. It comes back by itself.
   *
   * @param maxIdleMs one that was idle for longer is not taken; 0 opens a new one
   */
  take({ security, maxConnections }: TakeOptions, maxIdleMs: number): TargetConnection {
    for (let last = this.#idle.at(-1); last; last = this.#idle.at(-1)) {
      if (last.security === security) {
        if (maxIdleMs < Number.POSITIVE_INFINITY && now() - last.idleSince >= maxIdleMs) break
        this.#idle.pop()
        return last
      }
      // It was opened by rules that do not hold any more.
      last.destroy()
    }
    this.makeRoom(maxConnections)
    const connection = new TargetConnection(this.#live, this, security)
    this.#open.add(connection)
    return connection
  }

  /** A connection is about to be opened: it takes the place of the oldest idle one where no more may be open. */
  makeRoom(maxConnections: number): void {
    if (maxConnections > 0 && this.#live.connections >= maxConnections) this.#idle[0]?.destroy()
  }

  /** The exchange is over, and the connection is good for another one. Returns whether it is kept. */
  give(connection: TargetConnection): boolean {
    if (this.#closed || this.#live.leaving) return false
    this.#idle.push(connection)
    return true
  }

  /** The connection is no more. */
  gone(connection: TargetConnection): void {
    this.#open.delete(connection)
    const index = this.#idle.lastIndexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  /** The time of those that serve something is over. */
  endWork(): void {
    for (const connection of this.#open) connection.endWork()
  }

  /** Idle connections end now, the others when they are given back. */
  close(): void {
    this.#closed = true
    this.closeIdle()
  }

  closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }
}
