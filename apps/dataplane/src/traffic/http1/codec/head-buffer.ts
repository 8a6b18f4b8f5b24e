import type { ErrorCode } from '@switchyard/core/errors'
import type { HeadLimits } from './request-head.ts'

const cr = 0x0d
const lf = 0x0a
const tab = 0x09

/** A complete head, and where in the chunk that was pushed last the bytes behind it begin. Valid until the next push. */
export interface FoundHead {
  /** latin1, from the first byte of the first line to the empty line inclusive. */
  text: string
  next: number
}

const found: FoundHead = { text: '', next: 0 }

/** What tells apart the heads of the two directions. */
interface HeadKind<Refusal extends string> {
  readonly limitBytes: number
  /** What may be there at the beginning of the first line; at least its first bytes are given. */
  readonly firstLine: (line: string, complete: boolean) => Refusal | undefined
  readonly malformed: Refusal
  readonly tooLarge: Refusal
}

/**
 * Collects the bytes of a head as they arrive. One that lies in one chunk is not copied. An incomplete one that is
 * wrong already or over its limits is refused at once.
 */
export class HeadBuffer<Refusal extends string> {
  readonly #kind: HeadKind<Refusal>
  #held: Buffer | undefined
  #size = 0
  /** Bytes of `#held` that were looked at. */
  #checked = 0
  #firstLineRead = false

  constructor(kind: HeadKind<Refusal>) {
    this.#kind = kind
  }

  /** Part of a head is here. */
  get begun(): boolean {
    return this.#size > 0
  }

  /**
   * Takes bytes from `from` on.
   *
   * @returns the head once it is complete, with the place behind it in `chunk`; undefined while more is needed; or why it
   *   is refused, after which nothing more is to be pushed
   */
  push(chunk: Buffer, from: number): FoundHead | Refusal | undefined {
    if (this.#size > 0) return this.#pushBehind(chunk, from)
    // RFC 9112, 2.2: an empty line before a request is passed over, once.
    const start = from + 1 < chunk.length && chunk[from] === cr && chunk[from + 1] === lf ? from + 2 : from
    const end = endOfHead(chunk, start, chunk.length)
    if (end < 0) return this.#pushBehind(chunk, from)
    found.text = chunk.toString('latin1', start, end)
    found.next = end
    return found
  }

  #pushBehind(chunk: Buffer, from: number): FoundHead | Refusal | undefined {
    const before = this.#size
    const held = this.#hold(chunk, from)
    const size = this.#size
    if (size === 1 && held[0] === cr) return undefined
    const start = held[0] === cr && held[1] === lf ? 2 : 0
    const end = endOfHead(held, Math.max(start, before - 3), size)
    if (end >= 0) {
      found.text = held.toString('latin1', start, end)
      found.next = from + end - before
      this.#held = undefined
      this.#size = 0
      this.#checked = 0
      this.#firstLineRead = false
      return found
    }
    return this.#refusal(held, start)
  }

  /** Adds what is not more than a byte over the limit; the room grows by doubling. */
  #hold(chunk: Buffer, from: number): Buffer {
    const size = Math.min(this.#size + chunk.length - from, this.#kind.limitBytes + 5)
    let held = this.#held
    if (held === undefined || held.length < size) {
      const room = Buffer.allocUnsafeSlow(Math.max(512, 2 ** Math.ceil(Math.log2(size))))
      held?.copy(room, 0, 0, this.#size)
      held = room
      this.#held = room
    }
    chunk.copy(held, this.#size, from, from + size - this.#size)
    this.#size = size
    return held
  }

  #refusal(held: Buffer, start: number): Refusal | undefined {
    const size = this.#size
    let i = Math.max(this.#checked, start)
    for (; i < size; i++) {
      const byte = held[i] as number
      if (byte === cr) {
        if (i + 1 === size) break
        if (held[i + 1] !== lf) return this.#kind.malformed
        i++
      } else if ((byte < 0x20 && byte !== tab) || byte === 0x7f) return this.#kind.malformed
    }
    this.#checked = i
    if (!this.#firstLineRead) {
      const lineEnd = held.subarray(start, size).indexOf('\r\n')
      const complete = lineEnd >= 0
      const line = held.toString('latin1', start, complete ? start + lineEnd : size)
      const refusal = this.#kind.firstLine(line, complete)
      if (refusal !== undefined) return refusal
      this.#firstLineRead = complete
    }
    return size - start > this.#kind.limitBytes ? this.#kind.tooLarge : undefined
  }
}

/** The index behind the first CR LF CR LF, or -1. */
function endOfHead(bytes: Buffer, start: number, end: number): number {
  // One of any four bytes in a row is looked at; only where that is CR or LF can the end be near.
  for (let i = start + 3; i < end + 3; i += 4) {
    const byte = i < end ? (bytes[i] as number) : cr
    if (byte !== cr && byte !== lf) continue
    for (let at = Math.max(start, i - 3); at <= i && at + 3 < end; at++) {
      if (bytes[at] === cr && bytes[at + 1] === lf && bytes[at + 2] === cr && bytes[at + 3] === lf) return at + 4
    }
  }
  return -1
}

/** For the heads of requests. */
export function requestHeadBuffer(limits: HeadLimits): HeadBuffer<ErrorCode> {
  return new HeadBuffer<ErrorCode>({
    limitBytes: limits.headerBytes,
    malformed: 'bad_request',
    tooLarge: 'headers_too_large',
    firstLine: (line, complete) => {
      const [method = '', target = '', version] = line.split(' ')
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/.test(method)) return 'bad_request'
      if (target.length > limits.uriBytes) return 'uri_too_long'
      if (complete && version === undefined) return 'bad_request'
      return undefined
    },
  })
}

/** A response's head may have this many bytes. */
const responseHeadBytes = 65_536

/** For the heads of responses: answers what is wrong in words for the log. */
export function responseHeadBuffer(): HeadBuffer<string> {
  return new HeadBuffer<string>({
    limitBytes: responseHeadBytes,
    malformed: 'control byte in the head',
    tooLarge: 'head too large',
    firstLine: (line) => ('HTTP/1.'.startsWith(line.slice(0, 7)) ? undefined : 'status line'),
  })
}
