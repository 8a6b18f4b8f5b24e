import type { HeaderList } from '@switchyard/core/http/header-list'
import { ChunkLine } from './chunk-line.ts'
import { Trailers } from './trailers.ts'

/** Who gets the pieces of a body. A piece is a part of the bytes that were read, not a copy. */
export interface BodyTaker {
  take(piece: Buffer): void
}

/** Finds the body of one message among the bytes of a connection (RFC 9112, 6 and 7). */
export interface BodyReader {
  /** The body, and its trailers, have come as a whole. */
  readonly done: boolean
  /** What is wrong with it, in words for the log; nothing more is to be read from this connection then. */
  readonly fault: string | undefined
  /** The fields behind the body; undefined until `done`, and when there are none. */
  readonly trailers: HeaderList | undefined
  /** Takes bytes from `start` on, and returns the index behind the last one that belongs to this message. Sets `done` or `fault`. */
  read(bytes: Buffer, start: number, taker: BodyTaker): number
  /** The connection has ended: sets `done` where that ends the body, else `fault`. */
  end(): void
}

const truncated = 'the body ended early'

/** A body of as many bytes as Content-Length says. */
export class LengthReader implements BodyReader {
  readonly trailers = undefined
  fault: string | undefined = undefined
  #left: number

  /** @param length in bytes */
  constructor(length: number) {
    this.#left = length
  }

  get done(): boolean {
    return this.#left === 0
  }

  read(bytes: Buffer, start: number, taker: BodyTaker): number {
    const end = Math.min(bytes.length, start + this.#left)
    if (end <= start) return start
    this.#left -= end - start
    taker.take(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))
    return end
  }

  end(): void {
    if (!this.done) this.fault ??= truncated
  }
}

/** A body that ends with the connection; responses only. */
export class CloseReader implements BodyReader {
  readonly trailers = undefined
  readonly fault = undefined
  done = false

  read(bytes: Buffer, start: number, taker: BodyTaker): number {
    if (start < bytes.length) taker.take(start === 0 ? bytes : bytes.subarray(start))
    return bytes.length
  }

  end(): void {
    this.done = true
  }
}

const inLine = 0
const inChunk = 1
const beforeCr = 2
const beforeLf = 3
const inTrailers = 4
const complete = 5

/** A chunk of at most this many bytes is moved to the one before it, so that many small ones are not as many pieces. */
const movedBytes = 1024

/**
 * A chunked body (RFC 9112, 7.1), however its bytes are split. It may overwrite, in the bytes that it reads, what stands
 * between two chunks.
 */
export class ChunkedReader implements BodyReader {
  fault: string | undefined = undefined
  trailers: HeaderList | undefined = undefined
  readonly #line = new ChunkLine()
  readonly #direction: 'request' | 'response'
  #trailers: Trailers | undefined = undefined
  #state = inLine
  /** Of the chunk that is being read, in bytes. */
  #left = 0

  /** @param direction decides what becomes of trailers that may not be there */
  constructor(direction: 'request' | 'response') {
    this.#direction = direction
  }

  get done(): boolean {
    return this.#state === complete
  }

  read(bytes: Buffer, start: number, taker: BodyTaker): number {
    let at = start
    let pieceStart = start
    let pieceEnd = start
    while (at < bytes.length && this.#state !== complete && this.fault === undefined) {
      if (this.#state !== inChunk) {
        this.fault = this.#step(bytes[at] as number)
        at++
        continue
      }
      const end = Math.min(bytes.length, at + this.#left)
      this.#left -= end - at
      if (this.#left === 0) this.#state = beforeCr
      if (pieceEnd > pieceStart && end - at <= movedBytes) {
        bytes.copyWithin(pieceEnd, at, end)
        pieceEnd += end - at
      } else {
        if (pieceEnd > pieceStart) taker.take(bytes.subarray(pieceStart, pieceEnd))
        pieceStart = at
        pieceEnd = end
      }
      at = end
    }
    if (pieceEnd > pieceStart) taker.take(bytes.subarray(pieceStart, pieceEnd))
    return at
  }

  end(): void {
    if (!this.done) this.fault ??= truncated
  }

  /** @returns what is wrong */
  #step(byte: number): string | undefined {
    switch (this.#state) {
      case inLine: {
        const outcome = this.#line.step(byte)
        if (outcome !== true) return outcome
        this.#left = this.#line.size
        this.#line.begin()
        this.#state = this.#left > 0 ? inChunk : inTrailers
        return undefined
      }
      case beforeCr:
        this.#state = beforeLf
        return byte === 0x0d ? undefined : 'end of a chunk'
      case beforeLf:
        this.#state = inLine
        return byte === 0x0a ? undefined : 'end of a chunk'
      default: {
        this.#trailers ??= new Trailers(this.#direction)
        const outcome = this.#trailers.step(byte)
        if (outcome !== true) return outcome
        if (this.#trailers.fields.size > 0) this.trailers = this.#trailers.fields
        this.#state = complete
        return undefined
      }
    }
  }
}
