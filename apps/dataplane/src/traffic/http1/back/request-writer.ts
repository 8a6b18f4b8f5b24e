import type { Socket } from 'node:net'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { BodySink } from '../../body-stream.ts'
import type { RequestBody } from '../../request-body.ts'
import { writeFields } from '../codec/write-head.ts'

/** Up to here a body is copied behind its head, so that both are one piece; beyond it two pieces in one write are less. */
const copiedBytes = 8192

/** Whoever sends requests, and is told how it goes. */
export interface RequestWriterOwner {
  /** The request is written, all of it. */
  sent(): void
  /** Bytes were written, or the target has taken what was. */
  moved(): void
  /** The body broke off. */
  broken(): void
}

/** Writes the requests on one connection, one after the other: each head, and its body as it comes. */
export class RequestWriter implements BodySink {
  /** All of the request is written. */
  sent = true
  /** The target takes no more for now. */
  blocked = false
  readonly #socket: Socket
  readonly #owner: RequestWriterOwner
  #body: RequestBody | undefined
  #chunked = false
  /** A head that waits for the first bytes of its body. */
  #head = ''
  #forgiving = false

  constructor(socket: Socket, owner: RequestWriterOwner) {
    this.#socket = socket
    this.#owner = owner
  }

  /** It is the client that is to send more. */
  get starved(): boolean {
    return this.#body !== undefined && !this.blocked
  }

  /** A request without a body, in one write. */
  send(head: string): void {
    this.sent = true
    this.#socket.write(head, 'latin1')
  }

  /** The head goes with the first bytes of the body, where those are there already. */
  sendWithBody(head: string, body: RequestBody): void {
    this.#forgive()
    this.sent = false
    this.#head = head
    this.#chunked = body.length < 0
    this.#body = body
    body.pipeTo(this)
    this.#flushHead()
  }

  /** The rest of the body is not wanted. Returns the body, when it had not come to its end. */
  stop(): RequestBody | undefined {
    const body = this.#body
    this.#body = undefined
    this.#head = ''
    this.blocked = false
    return body
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#body) return true
    const socket = this.#socket
    const { length } = chunk
    const before = this.#chunked ? `${this.#head}${length.toString(16)}\r\n` : this.#head
    const after = this.#chunked ? '\r\n' : ''
    this.#head = ''
    if (before === '') socket.write(chunk)
    else if (length <= copiedBytes) socket.write(before + latin1(chunk) + after, 'latin1')
    else {
      socket.cork()
      socket.write(before, 'latin1')
      socket.write(chunk)
      if (after !== '') socket.write(after, 'latin1')
      socket.uncork()
    }
    // What the kernel took at once counts as needing a drain, too, but blocks nothing.
    this.blocked = socket.writableNeedDrain && socket.writableLength > 0
    this.#owner.moved()
    return !this.blocked
  }

  end(trailers: HeaderList | undefined): void {
    if (!this.#body) return
    if (this.#chunked) {
      const fields = (trailers && writeFields(trailers)) ?? ''
      this.#socket.write(`${this.#head}0\r\n${fields}\r\n`, 'latin1')
      this.#head = ''
    } else this.#flushHead()
    this.#body = undefined
    this.blocked = false
    this.sent = true
    this.#owner.sent()
  }

  fail(): void {
    if (this.#body) this.#owner.broken()
  }

  /** The target has taken what was written. */
  drained(): void {
    if (!this.blocked) return
    this.blocked = false
    this.#owner.moved()
    this.#body?.resume()
  }

  #flushHead(): void {
    if (this.#head === '') return
    this.#socket.write(this.#head, 'latin1')
    this.#head = ''
  }

  /**
   * A target may answer before it has taken the whole body, and close: with a 413, mostly. A write that fails then must
   * not end the socket before its answer is read; that it has closed shows when it is read to the end.
   */
  #forgive(): void {
    if (this.#forgiving) return
    this.#forgiving = true
    const socket = this.#socket
    const { _write, _writev } = socket
    const forgiven = (callback: (error?: Error | null) => void) => (error?: Error | null) => {
      if (error) this.#giveUp()
      callback()
    }
    socket._write = (chunk, encoding, callback) => _write.call(socket, chunk, encoding, forgiven(callback))
    if (_writev) socket._writev = (chunks, callback) => _writev.call(socket, chunks, forgiven(callback))
  }

  #giveUp(): void {
    const body = this.stop()
    if (!body) return
    body.discard()
    this.#owner.moved()
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}
