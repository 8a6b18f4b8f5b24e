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

/** Buffers that nobody uses at present. */
const spare: Buffer[] = []
const mostSpare = 16

/**
 * The memory that one socket is read into. Whoever wants to keep a piece of what was read asks for it with `keep`: small
 * ones are copied; large ones are given away together with the buffer. A new one comes in its place, unless it is taken
 * back before the next read.
 */
export class ReadBuffer {
  readonly onread: OnReadOpts
  #current: Buffer = shared
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

  /** A piece of what is being read just now, for as long as it is wanted. */
  keep(piece: Buffer): Buffer {
    if (this.#current === shared || piece.length < muchBytes) return Buffer.from(piece)
    this.#given = true
    return piece
  }

  /** What was kept is not needed any more. */
  takeBack(): void {
    this.#given = false
  }

  /** Nothing is expected to come for a while. */
  rest(): void {
    this.#much = false
  }

  #next(): Buffer {
    const own = this.#current === shared ? undefined : this.#current
    if (this.#much) {
      if (!own || this.#given) this.#current = spare.pop() ?? Buffer.allocUnsafeSlow(size)
    } else {
      if (own && !this.#given && spare.length < mostSpare) spare.push(own)
      this.#current = shared
    }
    this.#given = false
    return this.#current
  }
}
