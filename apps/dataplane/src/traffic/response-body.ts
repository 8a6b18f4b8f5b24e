/** Takes a body as it comes. */
export interface BodySink {
  /** @returns false when it wants no more until it calls `resume` */
  write(chunk: Uint8Array): boolean
  end(): void
  /** The body broke off: what was written must not look complete. */
  fail(): void
}

/** The source of a body, so that it can be told to wait. */
export interface BodyFlow {
  pause(): void
  resume(): void
  /** Nobody wants the rest. */
  cancel(): void
}

/** How much is held while nobody has asked for it yet. */
const heldBytes = 65_536

/**
 * The body of a target's answer. It goes to a sink as it comes, without a promise per chunk; a middleware may iterate it
 * instead, and put something of its own in its place. What has come before either is asked for is held, so that a small
 * answer is whole by then and leaves in one piece.
 */
export class ResponseBody implements AsyncIterable<Uint8Array> {
  readonly #flow: BodyFlow
  #held: Uint8Array[] = []
  #bytes = 0
  #sink: BodySink | undefined
  #state: 'open' | 'ended' | 'failed' = 'open'

  constructor(flow: BodyFlow) {
    this.#flow = flow
  }

  /** From the target. Returns false when it should wait; the flow's `resume` is called later. */
  push(chunk: Uint8Array): boolean {
    if (this.#sink) return this.#sink.write(chunk)
    this.#held.push(chunk)
    this.#bytes += chunk.length
    return this.#bytes < heldBytes
  }

  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#sink?.end()
  }

  fail(): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#sink?.fail()
  }

  /** All of it, when all of it is here and in one piece; then there is no need to pipe it. */
  whole(): Uint8Array | undefined {
    if (this.#state !== 'ended' || this.#sink || this.#held.length > 1) return undefined
    return this.#held[0] ?? empty
  }

  /** Something of it is here, or it is over. */
  get begun(): boolean {
    return this.#bytes > 0 || this.#state !== 'open'
  }

  /** Gives what is held and all that comes to this sink. */
  pipeTo(sink: BodySink): void {
    this.#sink = sink
    let open = true
    for (const chunk of this.#held) open = sink.write(chunk)
    this.#held = []
    if (this.#state === 'ended') sink.end()
    else if (this.#state === 'failed') sink.fail()
    else if (open) this.#flow.resume()
  }

  resume(): void {
    if (this.#state === 'open') this.#flow.resume()
  }

  /** Nobody reads it: the exchange with the target is given up. */
  cancel(): void {
    this.#held = []
    if (this.#state === 'open') this.#flow.cancel()
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
        else if (over === 'failed') throw new Error('the body of the target broke off')
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
