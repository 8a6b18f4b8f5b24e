import type { Socket } from 'node:net'
import { closeFrame, FrameBoundary, pongFrame } from './frame-boundary.ts'
import { Tunnel } from './tunnel.ts'

/** Service restart (IANA registry of close codes): the client may come back at once. */
const serviceRestart = 1012
/** The client goes away: what the target is told. */
const goingAway = 1001
/** How long the end of a frame, and then of the connection, is awaited. */
const endMs = 2000

/**
 * A tunnel that carries WebSocket frames, so that both ends can be told why it ends, between two of them. It needs no
 * half-open connection: what one side has to say after the other has ended may take a moment, not for ever.
 */
export class WebSocketTunnel extends Tunnel {
  readonly #toClient = new FrameBoundary()
  readonly #toTarget = new FrameBoundary()
  /** Asked to end: each direction goes on to the end of its frame, and gets a Close frame then. */
  #closing = false
  #clientClosed = false
  #targetClosed = false

  protected override toTarget(chunk: Buffer): void {
    if (!this.#closing) {
      this.#toTarget.follow(chunk)
      super.toTarget(chunk)
    } else if (!this.#targetClosed) {
      const rest = chunk.subarray(0, this.#toTarget.finishFrame(chunk))
      super.toTarget(rest)
      this.#closeTarget()
    }
  }

  protected override toClient(chunk: Buffer): void {
    if (!this.#closing) {
      this.#toClient.follow(chunk)
      super.toClient(chunk)
    } else if (!this.#clientClosed) {
      const rest = chunk.subarray(0, this.#toClient.finishFrame(chunk))
      super.toClient(rest)
      this.#closeClient()
    }
  }

  override clientEnded(): void {
    this.#targetClosed = true
    super.clientEnded()
    this.endWithin(endMs)
  }

  override targetEnded(): void {
    this.#clientClosed = true
    super.targetEnded()
    this.endWithin(endMs)
  }

  override clientClosed(): void {
    super.clientClosed()
    this.cut()
  }

  /** What was written still goes out to the client. */
  override targetClosed(): void {
    if (!this.target.readableEnded) this.note('target_reset')
    if (this.client.destroyed) this.cut()
    else this.targetEnded()
  }

  /** The client is told 1012. */
  override end(): void {
    if (this.#closing) return
    this.#closing = true
    this.note('drained')
    this.#closeClient()
    this.#closeTarget()
    this.endWithin(endMs)
  }

  #closeClient(): void {
    if (this.#clientClosed || !this.#toClient.between) return
    this.#clientClosed = true
    this.client.end(closeFrame(serviceRestart, false))
    this.#endTarget()
  }

  #closeTarget(): void {
    if (this.#targetClosed || !this.#toTarget.between) return
    this.#targetClosed = true
    this.target.write(closeFrame(goingAway, true))
    this.#endTarget()
    // What the client still sends is read and thrown away, or its own Close could not arrive.
    this.client.resume()
  }

  /** Not before its frame is over: many a server that sees the end of its input says no more, and the frame would break off. */
  #endTarget(): void {
    if (this.#clientClosed && this.#targetClosed) this.target.end()
  }

  /** A Pong that nobody asked for is passed over (RFC 6455, 5.5.3), and who has closed the connection resets it. */
  protected override probeOf(side: Socket): Buffer {
    const toClient = side === this.client
    if (!(toClient ? this.#toClient : this.#toTarget).between) return super.probeOf(side)
    return pongFrame(!toClient)
  }

  /** A Close frame that has just been written should arrive. */
  protected override drop(side: Socket): void {
    side.destroy()
  }
}
