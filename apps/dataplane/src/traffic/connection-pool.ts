import { now } from './deadlines.ts'
import { TargetConnection } from './http1/back/target-connection.ts'
import type { LiveTarget } from './live-target.ts'

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
   * @param maxConnections so many may be open; 0 is no limit
   */
  take(maxIdleMs: number, maxConnections: number): TargetConnection {
    const last = this.#idle.at(-1)
    if (last && (maxIdleMs === Number.POSITIVE_INFINITY || now() - last.idleSince < maxIdleMs)) {
      this.#idle.pop()
      return last
    }
    this.makeRoom(maxConnections)
    const connection = new TargetConnection(this.#live, this)
    this.#open.add(connection)
    return connection
  }

  /** A connection that is to be opened takes the place of the one that was idle for longest. */
  makeRoom(maxConnections: number): void {
    if (maxConnections > 0 && this.#live.connections >= maxConnections) this.#idle[0]?.destroy()
  }

  /** The exchange is over, and the connection is good for another one. Returns whether it is kept. */
  give(connection: TargetConnection): boolean {
    if (this.#closed) return false
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
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }
}
