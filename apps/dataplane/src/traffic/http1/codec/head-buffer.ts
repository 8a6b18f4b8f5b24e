import type { ErrorCode } from '@switchyard/core/errors'
import { type HeadLimits, refusalOf, refusalOfLong } from './request-head.ts'
import { faultOf, faultOfLong, responseHeadBytes } from './response-head.ts'

/** A complete head, and where in the chunk that was pushed last the bytes behind it begin. Valid until the next push. */
export interface FoundHead {
  /** latin1, from the first byte of the first line to the empty line inclusive. */
  text: string
  next: number
}

const found: FoundHead = { text: '', next: 0 }

const cr = 0x0d
const lf = 0x0a
const tab = 0x09
const headEnd = '\r\n\r\n'

/** A longer head is looked for among collected bytes, so that no body is made into text. */
const usualBytes = 4096

/** What tells apart the heads of the two directions. */
interface HeadKind<Refusal extends string> {
  /** What a head may have, in bytes. */
  readonly headBytes: number
  /** Whether an empty line before the head is passed over. */
  readonly emptyLineBefore: boolean
  /** What a head that begins so is refused with; undefined when nothing is wrong so far. */
  readonly refusal: (beginning: string) => Refusal | undefined
  /** The same for one that is too long, by the bytes that it may have. */
  readonly refusalOfLong: (beginning: string) => Refusal
}

/**
 * Collects the bytes of a head as they arrive. One that lies in one chunk is not copied. An incomplete one that is
 * wrong already or over its limits is refused at once, with the same word as if it had come in one piece.
 */
export class HeadBuffer<Refusal extends string> {
  readonly #kind: HeadKind<Refusal>
  #held: Buffer | undefined = undefined
  #size = 0
  /** Bytes of `#held` whose values were looked at. */
  #checked = 0
  /** The lines are looked at anew when there are this many bytes: twice as many each time, so that drops cost little. */
  #nextLook = 0
  #firstLineComplete = false

  constructor(kind: HeadKind<Refusal>) {
    this.#kind = kind
  }

  /** A part of a head is here, and not only the empty line that may stand before it. */
  get begun(): boolean {
    return this.#size > (this.#held?.[0] === cr ? 2 : 0)
  }

  /**
   * Takes bytes from `from` on.
   *
   * @returns the head once it is complete, with the place behind it in `chunk`; undefined while more is needed; or why it
   *   is refused, after which nothing more is to be pushed
   */
  push(chunk: Buffer, from: number): FoundHead | Refusal | undefined {
    if (this.#size > 0) return this.#collect(chunk, from)
    const start = from + this.#emptyLine(chunk, from)
    const text = chunk.toString('latin1', start, Math.min(chunk.length, start + usualBytes))
    const at = text.indexOf(headEnd)
    if (at < 0) return this.#collect(chunk, from)
    const end = at + headEnd.length
    // A text of its own: a slice would keep what comes behind in memory.
    found.text = end === text.length ? text : chunk.toString('latin1', start, start + end)
    found.next = start + end
    return found
  }

  #collect(chunk: Buffer, from: number): FoundHead | Refusal | undefined {
    const before = this.#size
    const held = this.#hold(chunk, from)
    const start = this.#emptyLine(held, 0)
    const at = held.indexOf(headEnd, Math.max(start, before - 3), 'latin1')
    if (at < 0) return this.#refusal(held, start)
    const end = at + headEnd.length
    found.text = held.toString('latin1', start, end)
    found.next = from + end - before
    this.#held = undefined
    this.#size = 0
    this.#checked = 0
    this.#nextLook = 0
    this.#firstLineComplete = false
    return found
  }

  /** The length of an empty line before the head: a client may send one behind a body (RFC 9112, 2.2). */
  #emptyLine(bytes: Buffer, from: number): number {
    return this.#kind.emptyLineBefore && bytes[from] === cr && bytes[from + 1] === lf ? 2 : 0
  }

  /** Adds what does not go far beyond the limit, in room that grows by doubling. */
  #hold(chunk: Buffer, from: number): Buffer {
    const before = this.#size
    const size = Math.min(before + chunk.length - from, this.#kind.headBytes + 8)
    let room = this.#held
    if (room === undefined || room.length < size) {
      room = Buffer.allocUnsafeSlow(Math.max(512, 2 ** Math.ceil(Math.log2(size))))
      this.#held?.copy(room, 0, 0, before)
      this.#held = room
    }
    chunk.copy(room, before, from, from + size - before)
    this.#size = size
    return room.subarray(0, size)
  }

  #refusal(held: Buffer, start: number): Refusal | undefined {
    const { headBytes, refusal, refusalOfLong } = this.#kind
    if (held.length - start > headBytes) return refusalOfLong(held.toString('latin1', start, start + headBytes))
    const look = this.#nextLook
    const firstLineComplete = this.#firstLineComplete
    const wrong = !this.#checkBytes(held)
    if (!wrong && held.length < look && firstLineComplete === this.#firstLineComplete) return undefined
    this.#nextLook = held.length * 2
    return refusal(held.toString('latin1', start))
  }

  /** Whether every byte may be there: no control byte but a tab, and CR and LF only together. */
  #checkBytes(held: Buffer): boolean {
    for (let i = this.#checked; i < held.length; i++) {
      const byte = held[i] as number
      if (byte === cr) {
        this.#checked = i
        if (i + 1 === held.length) return true
        if (held[++i] !== lf) return false
        this.#firstLineComplete ||= i > 1
      } else if ((byte < 0x20 && byte !== tab) || byte === 0x7f) return false
    }
    this.#checked = held.length
    return true
  }
}

/** For the heads of requests; a refusal is the code to answer with. */
export function requestHeadBuffer(limits: HeadLimits): HeadBuffer<ErrorCode> {
  return new HeadBuffer({
    headBytes: limits.headerBytes,
    emptyLineBefore: true,
    refusal: (beginning) => refusalOf(beginning, limits),
    refusalOfLong: (beginning) => refusalOfLong(beginning, limits),
  })
}

const responseKind: HeadKind<string> = {
  headBytes: responseHeadBytes,
  emptyLineBefore: false,
  refusal: faultOf,
  refusalOfLong: faultOfLong,
}

/** For the heads of responses; a refusal says in words for the log what is wrong. */
export function responseHeadBuffer(): HeadBuffer<string> {
  return new HeadBuffer(responseKind)
}
