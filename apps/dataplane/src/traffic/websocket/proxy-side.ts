import { Duplex } from 'node:stream'

/**
 * What `http-proxy` takes for the client's socket while it shakes hands with a target. Nothing of what it writes is
 * wanted: the head of the answer is checked and goes its own way, and the bytes of the tunnel are ours to carry.
 */
export class ProxySide extends Duplex {
  constructor() {
    super()
    this.on('error', ignore)
  }

  override _write(_chunk: Buffer, _encoding: BufferEncoding, taken: () => void): void {
    taken()
  }

  override _read(): void {}

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

function ignore(): void {}
