import { Readable } from 'node:stream'
import { type ErrorCode, SwitchyardError } from '@switchyard/core/errors'

/** Where the bytes of a request body come from: the front of whatever protocol it came in by. */
export interface BodySource {
  pause(): void
  resume(): void
}

/** How much of a body is held at most before its source is paused. */
const bufferBytes = 65_536

/**
 * The body of a request on its way through: no more is taken from the client than the target takes. It fails with a
 * SwitchyardError that says what to answer.
 */
export class RequestBody extends Readable {
  /** What the head promised; undefined when chunked. */
  readonly length: number | undefined
  /** All of it has come in, whether it was read or not. */
  received = false
  /** It is longer than allowed, or broke off; the code to answer with. */
  fault: ErrorCode | undefined
  /** Called once, when the first byte is wanted: the moment for 100 Continue. */
  readonly #wanted: () => void
  readonly #source: BodySource
  #limit = 0
  #bytes = 0
  #begun = false
  #discarding = false

  constructor(source: BodySource, length: number | undefined, wanted: () => void) {
    super({ highWaterMark: bufferBytes, autoDestroy: true })
    this.#source = source
    this.length = length
    this.#wanted = wanted
    // Whoever reads it hears of errors; that nobody does is no reason to end the process.
    this.on('error', () => {})
  }

  /** It may be this long; 0 is no limit. Returns false when the head already promises more. */
  limitTo(bytes: number): boolean {
    this.#limit = bytes
    return bytes === 0 || this.length === undefined || this.length <= bytes
  }

  override _read(): void {
    if (!this.#begun) {
      this.#begun = true
      this.#wanted()
    }
    this.#source.resume()
  }

  /** Bytes from the client. */
  add(chunk: Uint8Array): void {
    if (this.#discarding || this.destroyed) return
    this.#bytes += chunk.length
    if (this.#limit > 0 && this.#bytes > this.#limit) this.fail('body_too_large')
    else if (!this.push(chunk)) this.#source.pause()
  }

  /** The client has sent all of it. */
  finish(): void {
    this.received = true
    if (!this.destroyed) this.push(null)
  }

  /** No more will come, or none is wanted any more. */
  fail(code: ErrorCode): void {
    if (this.received || this.fault !== undefined) return
    this.fault = code
    this.destroy(new SwitchyardError(code))
  }

  /** Nobody reads it any more; what still comes is thrown away, so that the client gets to read the answer. */
  discard(): void {
    if (this.#discarding || this.received) return
    this.#discarding = true
    this.#source.resume()
  }
}
