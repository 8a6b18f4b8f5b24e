import type { HeaderList } from '@switchyard/core/http/header-list'
import { addPiece } from './add-piece.ts'

/** Takes a body as it comes. */
export interface BodySink {
  /**
   * The bytes are the sink's from now on.
   *
   * @returns false when it wants no more until it calls `resume` of the body
   */
  write(chunk: Uint8Array): boolean
  /** @param trailers fields that came after the body, all of them allowed there */
  end(trailers: HeaderList | undefined): void
  /** The body broke off: what was written must not look complete. */
  fail(): void
  /** False when all that was written has been passed on, so that its memory can be used again. @default true */
  readonly holding?: boolean
}

/** The source of a body, so that it can be told to go on or to stop. It waits by itself when `push` returns false. */
export interface BodyFlow {
  resume(): void
  /** Nobody wants the rest. */
  cancel(): void
}

/** How much is held while nobody has asked for it yet. */
const heldBytes = 65_536

/**
 * A body on its way through, in either direction. It goes to a sink as it comes, without a promise per chunk; a
 * middleware may iterate it instead, and put something of its own in its place. What has come before either is asked for
 * is held.
 */
export class BodyStream implements AsyncIterable<Uint8Array> {
  /** Bytes, as the head promised; -1 when it did not say. */
  readonly length: number
  /** Bytes that have come. */
  bytes = 0
  protected readonly flow: BodyFlow
  protected held: Uint8Array[] = []
  protected sink: BodySink | undefined
  #heldBytes = 0
  #state: 'open' | 'ended' | 'failed' = 'open'
  #trailers: HeaderList | undefined

  constructor(flow: BodyFlow, length: number) {
    this.flow = flow
    this.length = length
  }

  /** Bytes from the source, which are the body's from now on. Returns false when it should wait for `resume`. */
  push(chunk: Uint8Array): boolean {
    this.bytes += chunk.length
    if (this.sink) return this.sink.write(chunk)
    addPiece(this.held, chunk)
    this.#heldBytes += chunk.length
    return this.#heldBytes < heldBytes
  }

  /** Something of what was pushed is still needed; false: its memory is the source's again. */
  get holding(): boolean {
    return this.sink?.holding !== false
  }

  end(trailers?: HeaderList): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#trailers = trailers
    this.sink?.end(trailers)
  }

  /** It broke off, or is not wanted any more. */
  break(): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.held = []
    this.sink?.fail()
  }

  /** All of it has come. */
  get ended(): boolean {
    return this.#state === 'ended'
  }

  get open(): boolean {
    return this.#state === 'open'
  }

  /** Something of it is here, or it is over. */
  get begun(): boolean {
    return this.bytes > 0 || this.#state !== 'open'
  }

  /** All of it, when all of it is here and in one piece; then there is no need to pipe it. */
  whole(): Uint8Array | undefined {
    if (this.#state !== 'ended' || this.sink || this.held.length > 1 || this.#trailers) return undefined
    return this.held[0] ?? empty
  }

  /** Gives what is held and all that comes to this sink. */
  pipeTo(sink: BodySink): void {
    this.sink = sink
    const { held } = this
    this.held = []
    this.#heldBytes = 0
    let more = true
    for (const chunk of held) more = sink.write(chunk)
    if (this.#state === 'ended') sink.end(this.#trailers)
    else if (this.#state === 'failed') sink.fail()
    else if (more) this.flow.resume()
  }

  /** What comes from now on is held again, `first` before it. */
  protected unpipe(first: readonly Uint8Array[]): void {
    this.sink = undefined
    this.held = [...first]
    this.#heldBytes = first.reduce((sum, { length }) => sum + length, 0)
  }

  /** The sink takes more. */
  resume(): void {
    if (this.#state === 'open') this.flow.resume()
  }

  /** Nobody reads it. */
  cancel(): void {
    this.held = []
    if (this.#state === 'open') this.flow.cancel()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const chunks: Uint8Array[] = []
    let over: 'ended' | 'failed' | undefined
    let wake = (): void => {}
    this.pipeTo({
      write(chunk) {
        chunks.push(chunk)
        wake()
        return false
      },
      end() {
        over = 'ended'
        wake()
      },
      fail() {
        over = 'failed'
        wake()
      },
    })
    try {
      for (;;) {
        const chunk = chunks.shift()
        if (chunk) yield chunk
        else if (over === 'ended') return
        else if (over === 'failed') throw new Error('the body broke off')
        else {
          const woken = new Promise<void>((resolve) => {
            wake = resolve
          })
          this.resume()
          await woken
        }
      }
    } finally {
      if (over === undefined) this.cancel()
    }
  }
}

const empty = new Uint8Array(0)
