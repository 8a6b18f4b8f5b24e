import type { Socket } from 'node:net'
import { type Deadlines, now, type Timed } from '../deadlines.ts'
import type { Place } from '../linked-list.ts'
import type { LiveTarget, Work } from '../live-target.ts'
import { closeFrame, FrameBoundary } from './frame-boundary.ts'
import type { ProxySide, ProxySideOwner } from './proxy-side.ts'

/** Service restart (IANA registry of close codes): the client may come back at once. */
const serviceRestart = 1012
/** The client goes away: what the target is told. */
const goingAway = 1001
/** How long the end of a frame, and then of the connection, is awaited. */
const endMs = 2000

/**
 * An open WebSocket. Both sockets are ours: whichever ends, fails or falls silent, the other ends too. Bytes are passed on
 * as they come, no more than the other side takes.
 */
export class Tunnel implements ProxySideOwner, Timed, Work {
  deadline = Number.POSITIVE_INFINITY
  #timed: Place<Timed> | undefined
  #work: Place<Work> | undefined
  readonly #client: Socket
  readonly #proxy: ProxySide
  readonly #upstream: Socket
  readonly #target: LiveTarget
  readonly #deadlines: Deadlines
  readonly #idleMs: number
  readonly #toClient = new FrameBoundary()
  readonly #toTarget = new FrameBoundary()
  /** Asked to end: each direction goes on to the end of its frame, and gets a Close frame then. */
  #closing = false
  #clientClosed = false
  #targetClosed = false
  #over = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    client: Socket,
    proxy: ProxySide,
    upstream: Socket,
    target: LiveTarget,
    options: { deadlines: Deadlines; idleMs: number },
  ) {
    this.#client = client
    this.#proxy = proxy
    this.#upstream = upstream
    this.#target = target
    this.#deadlines = options.deadlines
    this.#idleMs = options.idleMs
  }

  /** @param early what the client sent before it was told that it may */
  open(early: readonly Buffer[]): void {
    const client = this.#client
    this.#target.tunnels++
    this.#work = this.#target.begin(this)
    if (this.#idleMs > 0) this.#timed = this.#deadlines.add(this)
    this.#moved()

    client.on('data', (chunk: Buffer) => this.#fromClient(chunk))
    client.on('end', () => this.#clientEnded())
    client.on('close', () => this.destroy())
    this.#upstream.on('close', () => this.#endClient())
    if (client.destroyed || this.#upstream.destroyed) {
      this.destroy()
      return
    }
    this.#proxy.open(this)
    for (const chunk of early) this.#fromClient(chunk)
    client.resume()
  }

  #fromClient(chunk: Buffer): void {
    this.#moved()
    if (this.#targetClosed) return
    if (this.#closing) {
      const rest = chunk.subarray(0, this.#toTarget.finishFrame(chunk))
      if (rest.length > 0) this.#proxy.push(rest)
      this.#closeTarget()
      return
    }
    this.#toTarget.follow(chunk)
    if (!this.#proxy.push(chunk)) this.#client.pause()
  }

  /** A WebSocket needs no half-open connection: what the target still has to say may take a moment, not for ever. */
  #clientEnded(): void {
    this.#targetClosed = true
    this.#proxy.push(null)
    this.#endBy(endMs)
  }

  targetTakes(): void {
    if (this.#client.isPaused()) this.#client.resume()
  }

  fromTarget(chunk: Buffer, taken: () => void): void {
    this.#moved()
    if (this.#clientClosed || this.#client.destroyed) {
      taken()
      return
    }
    let rest = chunk
    if (this.#closing) rest = chunk.subarray(0, this.#toClient.finishFrame(chunk))
    else this.#toClient.follow(chunk)
    const open = this.#client.write(rest)
    if (this.#closing) this.#closeClient()
    if (open) taken()
    else this.#client.once('drain', taken)
  }

  targetEnded(): void {
    this.#endClient()
  }

  /** The target's time to finish is over: the client is told 1012, between two frames. */
  end(): void {
    if (this.#closing || this.#over) return
    this.#closing = true
    this.#closeClient()
    this.#closeTarget()
    this.#endBy(endMs)
  }

  #closeClient(): void {
    if (this.#clientClosed || !this.#toClient.between) return
    this.#clientClosed = true
    this.#client.end(closeFrame(serviceRestart, false))
    this.#endTarget()
  }

  #closeTarget(): void {
    if (this.#targetClosed || !this.#toTarget.between) return
    this.#targetClosed = true
    this.#proxy.push(closeFrame(goingAway, true))
    this.#endTarget()
    // What the client still sends is read and thrown away, or its own Close could not arrive.
    this.#client.resume()
  }

  /** Not before its frame is over: many a server that sees the end of its input says no more, and the frame would break off. */
  #endTarget(): void {
    if (this.#clientClosed && this.#targetClosed) this.#proxy.push(null)
  }

  /** The target has nothing more to say. What was written still goes out. */
  #endClient(): void {
    if (this.#over) return
    this.#client.end()
    this.#endBy(endMs)
  }

  #endBy(ms: number): void {
    this.#timer ??= setTimeout(() => this.destroy(), ms).unref()
  }

  late(): void {
    this.destroy()
  }

  #moved(): void {
    if (this.#idleMs > 0) this.deadline = now() + this.#idleMs
  }

  destroy(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    if (this.#timed) this.#deadlines.delete(this.#timed)
    this.#client.destroy()
    this.#upstream.destroy()
    this.#proxy.destroy()
    this.#target.tunnels--
    if (this.#work) this.#target.finish(this.#work)
  }
}
