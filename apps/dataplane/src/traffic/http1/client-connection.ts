import type { Socket } from 'node:net'
import type { RequestBody } from '../request-body.ts'

/** So many requests may wait their turn before no more is read. Up to there a client's going is noticed at once. */
const mostWaiting = 100

/** One connection of a client: what it has asked for, and what is being waited for. */
export class ClientConnection {
  readonly socket: Socket
  readonly ip: string
  readonly port: number
  /** Requests that came in on it. */
  requests = 0
  /** The body that the client is sending. */
  body: RequestBody | undefined
  /** It was told why nothing more is taken from it. */
  refused = false
  /** The protocol was switched: the connection is a tunnel, or an exchange that may become one. */
  upgraded = false
  /** Later requests that came in before the answer to the first was over (pipelining); they wait their turn. */
  readonly #waiting: (() => void)[] = []
  #busy = false
  #ending = false
  #reading = false
  #stalled = false

  constructor(socket: Socket) {
    this.socket = socket
    // Undefined once it has closed, and then nothing will be asked.
    this.ip = socket.remoteAddress ?? '0.0.0.0'
    this.port = socket.remotePort ?? 0
  }

  /** Nothing more is served on it: the answer that is under way is the last. What comes after it is thrown away. */
  get ending(): boolean {
    return this.#ending
  }

  endAfterThis(): void {
    this.#ending = true
    this.#waiting.length = 0
  }

  /** A request is being served. */
  get busy(): boolean {
    return this.#busy
  }

  /** Runs it when every request before it is answered, so that answers keep their order and work its measure. */
  inTurn(serve: () => void): void {
    if (this.#ending) return
    if (this.#busy) {
      this.#waiting.push(serve)
      if (this.#waiting.length >= mostWaiting) this.#holdBack()
      return
    }
    this.#busy = true
    serve()
  }

  /** The answer is over. */
  done(): void {
    this.body = undefined
    this.#reading = false
    this.#stalled = false
    const next = this.#waiting.shift()
    if (this.#waiting.length >= mostWaiting) this.#holdBack()
    else if (this.socket.isPaused()) this.socket.resume()
    this.#busy = next !== undefined
    next?.()
  }

  /**
   * What the client sends beyond what may wait stays in its socket. Node reads on at the end of each request and of each
   * answer, so this has to come after what it does in the same tick.
   */
  #holdBack(): void {
    queueMicrotask(() => this.socket.pause())
  }

  /** Whether the client is to send more of a body, for which it has `ms`; 0 is no limit. */
  awaitBody(body: RequestBody, reading: boolean, ms: number): void {
    // What is thrown away after the answer has Node's time-out for idle connections.
    if (body !== this.body) return
    this.#reading = reading
    this.#watch(ms)
  }

  /** Whether the client is to take more of a response, for which it has `ms`; 0 is no limit. */
  awaitDrain(stalled: boolean, ms: number): void {
    this.#stalled = stalled
    this.#watch(ms)
  }

  /** Node's own time-out of a socket: any byte moved in either direction begins it anew. */
  #watch(ms: number): void {
    this.socket.setTimeout(this.#reading || this.#stalled ? ms : 0)
  }

  /** Nothing has moved for too long. */
  timedOut(): void {
    if (this.body && this.#reading && !this.#stalled && !this.body.destroyed) this.body.fail('request_timeout')
    else this.socket.destroy()
  }
}
