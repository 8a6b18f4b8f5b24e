import type { OnReadOpts } from 'node:net'

/** What is read at once, at most. */
const size = 65_536
/** Beyond this much at once a connection is one that carries much, and reads into a buffer of its own. */
const muchBytes = size / 4

/**
 * Where most bytes are read into: the sockets of a worker read one after the other, and what was read is looked at before
 * the next one reads. A buffer for each read would cost more than the parsing of what is in it.
 */
const shared = Buffer.allocUnsafeSlow(size)

/**
 * The memory that one socket is read into. Whoever wants to keep a piece of what was read asks for it with `keep`: small
 * ones are copied; large ones are given away together with the buffer, in whose place comes a new one.
 */
export class ReadBuffer {
  readonly onread: OnReadOpts
  #current = shared
  #given = false
  #much = false

  /** @param read gets the bytes, which are there for the time of the call */
  constructor(read: (bytes: Buffer) => void) {
    this.onread = {
      buffer: () => this.#next(),
      callback: (count) => {
        const bytes = this.#current
        this.#much = count > muchBytes
        read(count === size ? bytes : bytes.subarray(0, count))
        return true
      },
    }
  }

  /** A piece of what was read just now, for as long as it is wanted. */
  keep(piece: Buffer): Buffer {
    if (this.#current === shared || piece.length < muchBytes) return Buffer.from(piece)
    this.#given = true
    return piece
  }

  #next(): Buffer {
    if (!this.#much) this.#current = shared
    else if (this.#given || this.#current === shared) this.#current = Buffer.allocUnsafeSlow(size)
    this.#given = false
    return this.#current
  }
}
