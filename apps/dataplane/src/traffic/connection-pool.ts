import type { Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { now } from './deadlines.ts'
import { type Endpoint, openSocket } from './open-socket.ts'

/** A target that does not say how long it keeps idle connections: Node's own servers take 5 s. */
const keepAliveMs = 4000
/** Closed this long before the target said it would, so that no request meets a closing connection. */
const keepAliveMarginMs = 1000
/** The head of a response may be this long; beyond it the answer is 502. */
const responseHeadBytes = 65_536

/**
 * The connections to one target, the one used last taken first, so that those not needed grow old and close. Each is an
 * undici client of its own, since only then do we know which socket a request is on, and whether it was used before.
 */
export class ConnectionPool {
  readonly #endpoint: Endpoint
  readonly #idle: Connection[] = []
  readonly #open = new Set<Connection>()
  #closed = false

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  /** Connections that are open or being opened. */
  get size(): number {
    return this.#open.size
  }

  /**
   * A connection for one exchange: give it back, or destroy it.
   *
   * @param maxIdleMs one that was idle for longer is not taken; 0 opens a new one
   */
  take(maxIdleMs: number): Connection {
    while (maxIdleMs > 0) {
      const connection = this.#idle.at(-1)
      if (connection === undefined || now() - connection.idleSince > maxIdleMs) break
      this.#idle.pop()
      connection.taken = true
      if (connection.usable) return connection
      connection.destroy()
    }
    const connection = new Connection(this.#endpoint, this.#gone)
    this.#open.add(connection)
    return connection
  }

  /** The exchange is over, and all of its response was read. */
  give(connection: Connection): void {
    connection.used++
    connection.taken = false
    connection.idleSince = now()
    if (this.#closed || !connection.usable) connection.destroy()
    else this.#idle.push(connection)
  }

  readonly #gone = (connection: Connection): void => {
    this.#open.delete(connection)
    const index = this.#idle.indexOf(connection)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  /** Idle connections end now, the others when they are given back. */
  close(): void {
    this.#closed = true
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }

  destroy(): void {
    this.#closed = true
    for (const connection of this.#open) connection.destroy()
  }
}

/** One connection to a target, opened when the first request is dispatched on it. */
export class Connection {
  /** Exchanges that were finished on this socket. */
  used = 0
  /** An exchange has it. A request that is not written yet when the socket closes goes on a new one, by undici. */
  taken = true
  /** When it was last given back. */
  idleSince = 0
  /** What the socket broke by, if it did. A body that ends with the connection ends well only without it. */
  error: Error | undefined
  readonly #client: Client
  readonly #gone: (connection: Connection) => void
  #socket: Socket | undefined
  #destroyed = false

  constructor(endpoint: Endpoint, gone: (connection: Connection) => void) {
    this.#gone = gone
    const { secure, host, port } = endpoint
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
    this.#client = new Client(`${secure ? 'https' : 'http'}://${authority}`, {
      pipelining: 1,
      maxHeaderSize: responseHeadBytes,
      // Time-outs are kept by the attempt, which also knows who is being waited for.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      connect: (_options, connected) => this.#connect(endpoint, connected),
    })
  }

  get usable(): boolean {
    return !this.#destroyed && this.#socket?.destroyed === false
  }

  /** @returns false once the client takes no more; its errors go to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    return this.#client.dispatch(options, handler)
  }

  #connect(endpoint: Endpoint, connected: (...args: [Error, null] | [null, Socket]) => void): void {
    const socket = openSocket(endpoint)
    this.#socket = socket
    this.used = 0
    this.error = undefined
    let waiting = true
    socket.once(endpoint.secure ? 'secureConnect' : 'connect', () => {
      if (!waiting) return
      waiting = false
      connected(null, socket)
    })
    socket.on('error', (error) => {
      this.error = error
    })
    socket.on('close', () => {
      if (waiting) {
        waiting = false
        connected(this.error ?? new Error('closed before it was connected'), null)
      }
      if (!this.taken) this.destroy()
    })
  }

  /** Ends the socket, whatever it is doing; a dispatched request hears of it. */
  destroy(error?: Error): void {
    if (this.#destroyed) return
    this.#destroyed = true
    this.#gone(this)
    this.#socket?.destroy()
    void this.#client.destroy(error ?? null)
  }
}
