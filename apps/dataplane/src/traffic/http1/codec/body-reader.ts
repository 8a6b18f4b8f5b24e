import { HeaderList } from '@switchyard/core/http/header-list'
import { FieldLines } from './field-lines.ts'
import { role } from './field-names.ts'

/** Who gets the pieces of a body. A piece is part of the bytes that were read, not a copy. */
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

  constructor(length: number) {
    this.#left = length
  }

  get done(): boolean {
    return this.#left === 0
  }

  read(bytes: Buffer, start: number, taker: BodyTaker): number {
    const end = Math.min(bytes.length, start + this.#left)
    if (end === start) return start
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

const cr = 0x0d
const lf = 0x0a

const sizeState = 0
const extensionState = 1
const sizeLfState = 2
const dataState = 3
const dataCrState = 4
const dataLfState = 5
const trailerState = 6
const endState = 7

/** A line with a chunk's size may have this many bytes, and the trailers of a body. */
const lineBytes = 256
const trailerBytes = 8192
const trailerFields = 100
/** Digits of a size, with leading zeros. */
const sizeDigits = 16

const lines = new FieldLines()

/**
 * A chunked body (RFC 9112, 7.1). Stricter than the grammar: no white space in the line of a size, and all that is there
 * is bounded. However the bytes are split, the outcome is the same.
 */
export class ChunkedReader implements BodyReader {
  fault: string | undefined = undefined
  trailers: HeaderList | undefined = undefined
  readonly #direction: 'request' | 'response'
  #state = sizeState
  /** The size that is being read, then what is left of the chunk. */
  #size = 0
  #digits = 0
  #line = 0
  #trailerText = ''

  constructor(direction: 'request' | 'response') {
    this.#direction = direction
  }

  get done(): boolean {
    return this.#state === endState
  }

  read(bytes: Buffer, start: number, taker: BodyTaker): number {
    let i = start
    while (i < bytes.length && this.#state !== endState && this.fault === undefined) {
      if (this.#state === dataState) {
        const end = Math.min(bytes.length, i + this.#size)
        this.#size -= end - i
        if (this.#size === 0) this.#state = dataCrState
        taker.take(bytes.subarray(i, end))
        i = end
      } else this.#step(bytes[i++] as number)
    }
    return i
  }

  end(): void {
    if (!this.done) this.fault ??= truncated
  }

  #step(byte: number): void {
    switch (this.#state) {
      case sizeState: {
        const digit = hexDigit(byte)
        if (digit >= 0) {
          this.#size = this.#size * 16 + digit
          if (++this.#digits > sizeDigits || this.#size > Number.MAX_SAFE_INTEGER) this.fault = 'chunk size too large'
        } else if (this.#digits === 0) this.fault = 'chunk size'
        else if (byte === cr) this.#state = sizeLfState
        else if (byte === 0x3b) this.#state = extensionState
        else this.fault = 'chunk size'
        return
      }
      case extensionState:
        if (byte === cr) this.#state = sizeLfState
        else if (byte <= 0x20 || byte >= 0x7f) this.fault = 'chunk extension'
        else if (++this.#line > lineBytes) this.fault = 'chunk extension too long'
        return
      case sizeLfState:
        if (byte !== lf) this.fault = 'end of the line of a chunk size'
        this.#state = this.#size === 0 ? trailerState : dataState
        this.#digits = 0
        this.#line = 0
        return
      case dataCrState:
        if (byte !== cr) this.fault = 'end of a chunk'
        this.#state = dataLfState
        return
      case dataLfState:
        if (byte !== lf) this.fault = 'end of a chunk'
        this.#state = sizeState
        return
      default:
        this.#trailerText += String.fromCharCode(byte)
        if (byte === lf) this.#endTrailerLine()
        else if (this.#trailerText.length > trailerBytes) this.fault = 'trailers too long'
    }
  }

  #endTrailerLine(): void {
    const text = this.#trailerText
    if (text === '\r\n' || text.endsWith('\r\n\r\n')) {
      const trailers = readTrailers(text, this.#direction)
      if (typeof trailers === 'string') this.fault = trailers
      else {
        this.trailers = trailers
        this.#state = endState
      }
      this.#trailerText = ''
    } else if (!text.endsWith('\r\n')) this.fault = 'end of a trailer'
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const small = byte | 0x20
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1
}

function readTrailers(text: string, direction: 'request' | 'response'): HeaderList | string | undefined {
  if (text === '\r\n') return undefined
  const trailers = new HeaderList()
  lines.open(text, 0)
  let count = 0
  for (let found = lines.next(); found !== 0; found = lines.next()) {
    if (found < 0) return 'trailer'
    if (++count > trailerFields) return 'number of trailers'
    const { name, value } = lines
    if ((name.roles & (role.noTrailer | role.hopByHop)) === 0) trailers.appendNamed(name, value)
    else if (direction === 'request' || name.roles & (role.contentLength | role.transferEncoding)) {
      return `trailer ${name.lower}`
    }
  }
  lines.close()
  trailers.vouch()
  return trailers.size === 0 ? undefined : trailers
}
