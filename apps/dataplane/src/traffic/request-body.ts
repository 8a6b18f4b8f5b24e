import type { ErrorCode } from '@switchyard/core/errors'
import { addPiece } from './add-piece.ts'
import { type BodySink, BodyStream } from './body-stream.ts'

/** The body of a request. It knows why it broke off, how long it may be, and can be read again where it is short. */
export class RequestBody extends BodyStream {
  /** Why it broke off, as the code to answer with. */
  fault: ErrorCode | undefined
  #limit = 0
  #keepBytes = 0
  #kept: Uint8Array[] | undefined

  /** It may be this long; 0 is no limit. Returns false when it is longer already, or promised to be. */
  limitTo(bytes: number): boolean {
    this.#limit = bytes
    return bytes === 0 || (this.length <= bytes && this.bytes <= bytes)
  }

  override push(chunk: Uint8Array): boolean {
    if (!this.open) return true
    if (this.#limit > 0 && this.bytes + chunk.length > this.#limit) {
      this.fail('body_too_large')
      return true
    }
    this.#keep(chunk)
    return super.push(chunk)
  }

  /** From the first byte on, up to so many bytes are kept for another attempt. Called before it is piped. */
  keepUpTo(bytes: number): void {
    if (this.#kept) return
    this.#keepBytes = bytes
    this.#kept = []
    const { held } = this
    for (const chunk of held) this.#keep(chunk)
  }

  #keep(chunk: Uint8Array): void {
    if (!this.#kept) return
    this.#keepBytes -= chunk.length
    if (this.#keepBytes >= 0) addPiece(this.#kept, chunk)
    else this.#kept = undefined
  }

  /** All that has come is here, so that it can be sent again from the beginning. */
  get replayable(): boolean {
    return this.sink === undefined || this.#kept !== undefined
  }

  /** Takes it from the sink that it went to. The next `pipeTo` begins at the beginning; only while `replayable`. */
  rewind(): void {
    if (this.sink && this.#kept) this.unpipe(this.#kept)
  }

  /** The sink is not interested any more, and nobody else will be: what still comes is thrown away. */
  discard(): void {
    this.#kept = undefined
    if (!this.open) return
    const { sink } = this
    this.pipeTo(nowhere)
    sink?.fail()
  }

  fail(code: ErrorCode): void {
    if (!this.open) return
    this.fault = code
    this.break()
  }
}

const nowhere: BodySink = { write: () => true, end: () => {}, fail: () => {} }
