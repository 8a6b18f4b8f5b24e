/** Bytes of the head of a frame, at most. */
const longestHead = 14

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455, 5.2), so that we know where one ends: nothing of ours may
 * be written inside one.
 */
export class FrameBoundary {
  /** Bytes of the head of the current frame that have come, and how many it has. */
  #head = 0
  #headLength = 2
  /** Bytes of length, most significant first, that are still to come in the head. */
  #payload = 0
  #masked = false

  /** Between two frames, or before the first. */
  get between(): boolean {
    return this.#head === 0 && this.#payload === 0
  }

  /** Follows all of it. */
  follow(chunk: Uint8Array): void {
    let from = 0
    while (from < chunk.length) {
      const wholeHead = this.between && from + longestHead <= chunk.length
      from = wholeHead ? this.#skip(chunk, from) : this.#step(chunk, from)
    }
  }

  /** A frame whose head is here as a whole, as far as it is here; returns where the next begins. */
  #skip(chunk: Uint8Array, from: number): number {
    const flags = chunk[from + 1] as number
    const short = flags & 0x7f
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0
    let size = extended === 0 ? short : 0
    for (let i = 0; i < extended; i++) size = size * 256 + (chunk[from + 2 + i] as number)
    const headLength = 2 + extended + (flags & 0x80 ? 4 : 0)
    const end = from + headLength + size
    if (end <= chunk.length) return end
    this.#head = headLength
    this.#headLength = headLength
    this.#payload = end - chunk.length
    return chunk.length
  }

  /** Follows it to the end of the current frame at most; returns how many bytes that is. */
  finishFrame(chunk: Uint8Array): number {
    let from = 0
    while (from < chunk.length && !this.between) from = this.#step(chunk, from)
    return from
  }

  /** One byte of a head, or as much of a payload as there is; returns where the next begins. */
  #step(chunk: Uint8Array, from: number): number {
    if (this.#head === this.#headLength) {
      const taken = Math.min(this.#payload, chunk.length - from)
      this.#payload -= taken
      this.#endWhenDone()
      return from + taken
    }
    // There is a byte: the caller asked for it.
    const byte = chunk[from] as number
    this.#head++
    if (this.#head === 2) {
      const length = byte & 0x7f
      const extended = length === 126 ? 2 : length === 127 ? 8 : 0
      this.#masked = (byte & 0x80) !== 0
      this.#payload = extended === 0 ? length : 0
      this.#headLength = 2 + extended + (this.#masked ? 4 : 0)
    } else if (this.#head > 2 && this.#head <= this.#headLength - (this.#masked ? 4 : 0)) {
      this.#payload = this.#payload * 256 + byte
    }
    this.#endWhenDone()
    return from + 1
  }

  #endWhenDone(): void {
    if (this.#head < this.#headLength || this.#payload > 0) return
    this.#head = 0
    this.#headLength = 2
  }
}

/** A Close frame with this code (RFC 6455, 5.5.1). A client's frames are masked; a mask of zeros leaves them as they are. */
export function closeFrame(code: number, masked: boolean): Buffer {
  const body = [code >> 8, code & 0xff]
  return Buffer.from(masked ? [0x88, 0x82, 0, 0, 0, 0, ...body] : [0x88, 0x02, ...body])
}

/** A Pong frame that says nothing (RFC 6455, 5.5.3), masked as above. */
export function pongFrame(masked: boolean): Buffer {
  return Buffer.from(masked ? [0x8a, 0x80, 0, 0, 0, 0] : [0x8a, 0])
}
