import { Duplex } from 'node:stream'

/** Where the bytes of a tunnel go, and where more of them come from. */
export interface ProxySideOwner {
  /** Bytes from the target; `taken` is called when there is room for more. */
  fromTarget(chunk: Buffer, taken: () => void): void
  targetEnded(): void
  /** The target takes more bytes of the client. */
  targetTakes(): void
}

/**
 * What `http-proxy` takes for the client's socket. It stands between, so that both real sockets stay ours: nothing reaches
 * the client before the 101 was checked, the head that http-proxy writes is not what the client gets, and a tunnel can be
 * ended between two frames.
 */
export class ProxySide extends Duplex {
  #owner: ProxySideOwner | undefined
  #held: (() => void) | undefined
  #headWritten = false
  #ended = false
  #discarding = false

  constructor() {
    super({ highWaterMark: 16_384 })
    this.on('error', () => {})
  }

  /** From now on bytes go to and come from here. */
  open(owner: ProxySideOwner): void {
    this.#owner = owner
    this.#held?.()
    this.#held = undefined
    if (this.#ended) owner.targetEnded()
  }

  /** Nothing that the target sends is wanted. */
  discard(): void {
    this.#discarding = true
    this.#held?.()
    this.#held = undefined
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    if (!this.#headWritten) {
      // The first thing http-proxy writes is a head, in one piece; ours has been checked and goes its own way.
      this.#headWritten = true
      taken()
      return
    }
    if (this.#discarding) {
      taken()
      return
    }
    if (this.#owner) this.#owner.fromTarget(chunk, taken)
    else this.#held = () => this._write(chunk, _encoding, taken)
  }

  override _final(done: () => void): void {
    this.#ended = true
    this.#owner?.targetEnded()
    done()
  }

  override _read(): void {
    this.#owner?.targetTakes()
  }

  // What http-proxy sets on a socket; the real ones are set up where they are made.
  setTimeout(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }
}
