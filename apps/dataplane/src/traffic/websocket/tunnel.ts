import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type Deadlines, Timed } from '../deadlines.ts'
import type { Exchange } from '../exchange.ts'
import type { LiveTarget, Work } from '../live-target.ts'
import type { Termination } from '../observe/termination.ts'
import type { Tunnelled } from '../tunnelled.ts'

/** When one side has closed, the other may take so long for what it was still sent. */
const lastBytesMs = 60_000
/** How often a side that is not read from is looked at, whether it is still there. */
const checkMs = 2000
/** After so long without a byte the kernel asks a host whether it is still there. */
const keepAliveMs = 60_000

/**
 * An open tunnel. Both sockets are its own: whichever breaks, falls silent or goes, the other goes, too. Bytes are passed
 * on as they come, no more than the other side takes; the end of one direction is passed on as just that.
 *
 * Ten thousand of them may be open and idle: nothing of the handshake is held on to, and the listeners are shared.
 */
export class Tunnel extends Timed implements Work {
  protected readonly client: Socket
  protected readonly target: Socket
  readonly #exchange: Exchange
  readonly #live: LiveTarget
  readonly #deadlines: Deadlines
  readonly #closed: () => void
  /** How long nothing may move; 0 is for ever. */
  readonly #idleMs: number
  #movedAt = 0
  #ending = false
  #over = false

  /** @param target connected, without a listener that is not Node's own */
  constructor(exchange: Exchange, live: LiveTarget, target: Socket, client: Tunnelled, idleMs: number) {
    super()
    this.client = client.socket
    this.target = target
    this.#exchange = exchange
    this.#live = live
    this.#deadlines = live.services.deadlines
    this.#closed = client.over
    this.#idleMs = idleMs
  }

  /** @param early what the client sent before it was told that it may */
  open(early: readonly Buffer[]): void {
    const { client, target } = this
    this.#live.tunnels++
    this.#live.begin(this)
    const [end, other] = [joined(client, this), joined(target, this)]
    end.on('data', fromClient).on('end', clientEnded).on('drain', clientDrained).on('close', clientClosed)
    other.on('data', fromTarget).on('end', targetEnded).on('drain', targetDrained).on('close', targetClosed)
    client.setNoDelay(true)
    client.setKeepAlive(true, keepAliveMs)
    if (client.destroyed || target.destroyed) {
      this.cut()
      return
    }
    if (this.#idleMs > 0) this.#watch(this.#idleMs)
    for (const chunk of early) this.fromClient(chunk)
    if (client.readableEnded) this.clientEnded()
    client.resume()
    target.resume()
  }

  fromClient(chunk: Buffer): void {
    this.#exchange.tunnelBytesIn += chunk.length
    this.#moved()
    this.toTarget(chunk)
  }

  fromTarget(chunk: Buffer): void {
    this.#exchange.bytesOut += chunk.length
    this.#moved()
    this.toClient(chunk)
  }

  protected toTarget(chunk: Buffer): void {
    const { target } = this
    // What the kernel has taken at once counts as needing a drain, too.
    if (!target.write(chunk) && target.writableLength > 0) this.#hold(this.client)
  }

  protected toClient(chunk: Buffer): void {
    const { client } = this
    if (!client.write(chunk) && client.writableLength > 0) this.#hold(this.target)
  }

  #hold(side: Socket): void {
    side.pause()
    this.#checkSoon()
  }

  #checkSoon(): void {
    if (this.#ending) return
    if (this.tick === -1 || this.deadline > this.#deadlines.coarseNow + checkMs) this.#watch(checkMs)
  }

  clientDrained(): void {
    if (this.target.isPaused()) this.target.resume()
  }

  targetDrained(): void {
    if (this.client.isPaused()) this.client.resume()
  }

  clientEnded(): void {
    this.target.end()
    this.#checkSoon()
  }

  targetEnded(): void {
    this.client.end()
    this.#checkSoon()
  }

  clientClosed(): void {
    this.#sideClosed(this.client, this.target, 'client_gone')
  }

  targetClosed(): void {
    this.#sideClosed(this.target, this.client, 'target_reset')
  }

  #sideClosed(side: Socket, other: Socket, otherwise: Termination): void {
    const finished = side.readableEnded && side.writableFinished
    if (!finished) this.note(otherwise)
    if (finished && !other.destroyed) this.endWithin(lastBytesMs)
    else this.cut()
  }

  /** The target's time to finish is over. */
  end(): void {
    this.note('drained')
    this.cut()
  }

  late(): void {
    if (this.#ending) {
      this.cut()
      return
    }
    const idleLeft =
      this.#idleMs === 0 ? Number.POSITIVE_INFINITY : this.#movedAt + this.#idleMs - this.#deadlines.coarseNow
    if (idleLeft <= 0) {
      this.note('tunnel_idle')
      this.cut()
      return
    }
    const [client, target] = [this.#check(this.client), this.#check(this.target)]
    if (client || target) this.#deadlines.expect(this, Math.min(idleLeft, checkMs))
    else if (this.#idleMs > 0) this.#deadlines.expect(this, idleLeft)
    else this.#deadlines.delete(this)
  }

  /** Node does not tell that the other end of a socket has gone while nothing is read from it. A write finds out. */
  #check(side: Socket): boolean {
    const unread = side.isPaused() || side.readableEnded
    if (unread && side.writable && side.writableLength === 0) side.write(this.probeOf(side))
    return unread
  }

  /** A write of nothing fails once the other end has reset the connection, or has not answered for long. */
  protected probeOf(_side: Socket): Buffer {
    return nothing
  }

  /** After that it is cut off, whatever is still to be sent. */
  protected endWithin(ms: number): void {
    if (this.#ending || this.#over) return
    this.#ending = true
    this.#watch(ms)
  }

  #watch(ms: number): void {
    this.#deadlines.add(this)
    this.#deadlines.expect(this, ms)
    this.#moved()
  }

  #moved(): void {
    if (this.#idleMs > 0) this.#movedAt = this.#deadlines.coarseNow
  }

  protected note(termination: Termination): void {
    if (this.#exchange.termination === 'completed' && !this.#over) this.#exchange.termination = termination
  }

  /** Ends both sides now. */
  protected cut(): void {
    this.drop(this.client)
    this.drop(this.target)
    if (this.#over) return
    this.#over = true
    this.#deadlines.delete(this)
    this.#live.tunnels--
    this.#live.finish(this)
    this.#closed()
  }

  /** What its bytes mean is not known, so what was broken off must not look complete. */
  protected drop(side: Socket): void {
    // TLS tells an end from a connection that broke off (RFC 8446, 6.1), and its sockets cannot be reset.
    if (side.destroyed || side instanceof TLSSocket) side.destroy()
    else side.resetAndDestroy()
  }
}

const nothing = Buffer.alloc(0)

const tunnelOf = Symbol('tunnel')

/** A socket that is one end of a tunnel. */
interface End extends Socket {
  [tunnelOf]: Tunnel
}

function joined(socket: Socket, tunnel: Tunnel): End {
  // With this it is one.
  const end = socket as End
  end[tunnelOf] = tunnel
  end.allowHalfOpen = true
  // `close` follows.
  end.on('error', ignore)
  return end
}

function ignore(): void {}

function fromClient(this: End, chunk: Buffer): void {
  this[tunnelOf].fromClient(chunk)
}

function fromTarget(this: End, chunk: Buffer): void {
  this[tunnelOf].fromTarget(chunk)
}

function clientEnded(this: End): void {
  this[tunnelOf].clientEnded()
}

function targetEnded(this: End): void {
  this[tunnelOf].targetEnded()
}

function clientDrained(this: End): void {
  this[tunnelOf].clientDrained()
}

function targetDrained(this: End): void {
  this[tunnelOf].targetDrained()
}

function clientClosed(this: End): void {
  this[tunnelOf].clientClosed()
}

function targetClosed(this: End): void {
  this[tunnelOf].targetClosed()
}
