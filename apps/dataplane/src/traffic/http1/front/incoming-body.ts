import type { BodyFlow } from '../../body-stream.ts'
import { RequestBody } from '../../request-body.ts'
import { type BodyReader, type BodyTaker, ChunkedReader, LengthReader } from '../codec/body-reader.ts'
import type { RequestHead } from '../codec/request-head.ts'

/** A body that nobody has read is thrown away up to this length, instead of closing the connection. */
const passedOverBytes = 65_536

/** The connection that a body comes in by. */
export interface IncomingBodyOwner {
  /** The body has nowhere to go at present. */
  bodyBlocked(): void
  /** It is wanted, or wanted again. */
  bodyWanted(): void
}

/** The body of one request as its bytes come in: between the connection and whoever takes it. */
export class IncomingBody implements BodyFlow, BodyTaker {
  readonly body: RequestBody
  /** It has nowhere to go at present. */
  blocked = false
  readonly #reader: BodyReader
  readonly #owner: IncomingBodyOwner
  /** The client sends nothing of it until it is told that it may. */
  #toldToWait: boolean

  constructor(head: RequestHead, owner: IncomingBodyOwner) {
    this.body = new RequestBody(this, head.length)
    this.#reader = head.chunked ? new ChunkedReader('request') : new LengthReader(head.length)
    this.#owner = owner
    this.#toldToWait = head.expectsContinue
  }

  /**
   * Takes bytes from `from` on: `done` is true when the body is complete, `malformed` when it is none.
   *
   * @returns the index behind what belongs to it
   */
  read(chunk: Buffer, from: number): number {
    const reader = this.#reader
    const end = reader.read(chunk, from, this)
    if (reader.done) this.body.end(reader.trailers)
    return end
  }

  get done(): boolean {
    return this.#reader.done
  }

  get malformed(): boolean {
    return this.#reader.fault !== undefined
  }

  take(piece: Buffer): void {
    if (this.body.push(piece) || this.blocked) return
    this.blocked = true
    this.#owner.bodyBlocked()
  }

  resume(): void {
    if (!this.done) this.#owner.bodyWanted()
  }

  /** Nobody wants the rest. */
  cancel(): void {
    this.body.discard()
  }

  /** The client waits for a word that it may send it. */
  get waitsToContinue(): boolean {
    return this.#toldToWait && this.body.bytes === 0
  }

  /** The client was given that word. */
  continued(): void {
    this.#toldToWait = false
  }

  /** It is the client that is to send more. */
  get awaited(): boolean {
    return !this.blocked && !this.waitsToContinue
  }

  /** It is so short that the connection can go on after it, although nobody has read it. */
  get passes(): boolean {
    const { length } = this.body
    return !this.waitsToContinue && length >= 0 && length <= passedOverBytes
  }
}
