import type { HeaderList } from '@switchyard/core/http/header-list'
import { type BodyReader, type BodyTaker, ChunkedReader, CloseReader, LengthReader } from '../codec/body-reader.ts'
import { responseHeadBuffer } from '../codec/head-buffer.ts'
import { parseResponseHead, type ResponseHead } from '../codec/response-head.ts'

/** So many interim responses (1xx) are passed over before a target is taken to be at fault. */
const maxInterim = 100

/** Closed this long before the target said it would, so that no request meets a closing connection. */
const keepAliveMarginMs = 1000
/** No connection is kept unused for longer, whatever the target says. */
const longestKeepAliveMs = 600_000

/** Gets the interim responses that a client can make use of: those of status 103 (RFC 8297). */
export interface HintTaker {
  hint(headers: HeaderList): void
}

/** Reads the responses on one connection, one after the other: the head, then the body. */
export class ResponseReader implements BodyTaker {
  /** Of the response that is the answer. */
  head: ResponseHead | undefined
  /** What is wrong with what came, in words for the log. */
  fault: string | undefined
  /** Anything at all of a response has come. */
  begun = false
  /** No body follows, whatever the head says of its length. */
  bodiless = false
  readonly #heads = responseHeadBuffer()
  #body: BodyReader | undefined
  #method = ''
  #upgrading = false
  #interim = 0
  #piece: Buffer | undefined
  #pieces: Buffer[] | undefined

  /**
   * A request was sent: what comes now is the response to it.
   *
   * @param upgrading it may be a 101, what follows that is not looked at
   */
  begin(method: string, upgrading = false): void {
    this.#method = method
    this.#upgrading = upgrading
    this.head = undefined
    this.fault = undefined
    this.begun = false
    this.bodiless = false
    this.#body = undefined
    this.#interim = 0
  }

  /** Reads up to the end of the head. Returns where the body begins; -1 while the head is not complete, or faulty. */
  readHead(bytes: Buffer, taker: HintTaker): number {
    this.begun = true
    let at = 0
    for (;;) {
      const found = this.#heads.push(bytes, at)
      if (found === undefined) return -1
      if (typeof found === 'string') return this.#refuse(found)
      at = found.next
      const head = parseResponseHead(found.text)
      if ('fault' in head) return this.#refuse(head.fault)
      if (head.status >= 200 || (head.status === 101 && this.#upgrading)) {
        this.#take(head)
        return at
      }
      if (head.status === 101) return this.#refuse('a 101 that nobody asked for')
      if (++this.#interim > maxInterim) return this.#refuse('too many interim responses')
      if (head.status === 103) taker.hint(head.headers)
      if (at === bytes.length) return -1
    }
  }

  #refuse(fault: string): number {
    this.fault = fault
    return -1
  }

  /** RFC 9112, 6.3: how the end of the body is found. */
  #take(head: ResponseHead): void {
    const { status, length } = head
    this.head = head
    this.bodiless = this.#method === 'HEAD' || status === 204 || status === 304 || length === 0
    if (this.bodiless) return
    if (head.chunked) this.#body = new ChunkedReader('response')
    else this.#body = length > 0 ? new LengthReader(length) : new CloseReader()
  }

  /** A stream of events (HTML, 9.2), which may be silent for as long as it likes. */
  get events(): boolean {
    return this.head?.headers.get('content-type')?.startsWith('text/event-stream') === true
  }

  /**
   * How long the connection may be kept unused after this response, in milliseconds; 0: not at all.
   *
   * @param ms where the target does not say; 0 keeps none
   */
  keepMs(ms: number): number {
    const { head } = this
    if (ms === 0 || !head?.persistent || this.#body instanceof CloseReader) return 0
    if (head.keepAliveMs < 0) return ms
    return Math.max(0, Math.min(head.keepAliveMs - keepAliveMarginMs, longestKeepAliveMs))
  }

  /** Nothing of the response is needed any more. */
  rest(): void {
    this.head = undefined
    this.#body = undefined
  }

  /** All of it has come. */
  get done(): boolean {
    return this.#body ? this.#body.done : this.bodiless
  }

  get trailers(): HeaderList | undefined {
    return this.#body?.trailers
  }

  /** Reads on from `at`. Returns the index behind the last byte that belongs to this response. */
  readBody(bytes: Buffer, at: number): number {
    if (!this.#body) return at
    const end = this.#body.read(bytes, at, this)
    this.fault = this.#body.fault
    return end
  }

  take(piece: Buffer): void {
    if (!this.#piece) this.#piece = piece
    else if (this.#pieces) this.#pieces.push(piece)
    else this.#pieces = [this.#piece, piece]
  }

  /** What `readBody` has found of the body, in one piece; undefined when it found nothing. */
  collected(keep: (piece: Buffer) => Buffer): Buffer | undefined {
    const piece = this.#piece
    const pieces = this.#pieces
    this.#piece = undefined
    this.#pieces = undefined
    if (pieces) return Buffer.concat(pieces)
    return piece && keep(piece)
  }

  /** The connection has ended: sets `fault`, or the body is done. */
  end(): void {
    if (!this.#body) {
      this.fault = 'the connection ended before the end of the head'
      return
    }
    this.#body.end()
    this.fault = this.#body.fault
  }
}
