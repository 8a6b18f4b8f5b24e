import type { Socket } from 'node:net'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import { type BodySink, BodyStream } from '../../body-stream.ts'
import { breakOff } from '../../break-off.ts'
import type { Exchange } from '../../exchange.ts'
import { ownAnswer } from '../../own-answer.ts'
import { HttpDate } from '../codec/http-date.ts'
import type { RequestHead } from '../codec/request-head.ts'
import { writeFields, writeResponseHead } from '../codec/write-head.ts'

/** Up to here a body is copied behind its head, so that both are one piece; beyond it two pieces in one write are less. */
const copiedBytes = 8192
const unframed = { length: -1, chunked: false }
const date = new HttpDate()

/** Who writes, and is told how it goes. */
export interface WriterOwner {
  /** The answer is written, and as much of it taken as is needed to go on. */
  written(): void
  /** How long a client may take nothing of an answer, in milliseconds; 0 is no limit. */
  readonly takingMs: number
}

/** Writes the answers of one connection, one after the other: each head anew from its fields, each body as it comes. */
export class ResponseWriter implements BodySink {
  /** Bytes of bodies that were written. */
  bytes = 0
  readonly #socket: Socket
  readonly #owner: WriterOwner
  /** The client has to take something before more can be written. */
  stalled = false
  #exchange: Exchange | undefined
  #body: BodyStream | undefined
  #iterated: (AsyncIterable<Uint8Array> & { destroy?: () => void }) | undefined
  #chunked = false
  /** Only the end of the connection tells the end of the body. */
  #endless = false
  #trailers = false
  /** A head that waits for the first bytes of its body. */
  #head = ''
  /** All is written, and the client has to take it. */
  #finishing = false
  #wake: (() => void) | undefined

  constructor(socket: Socket, owner: WriterOwner) {
    this.#socket = socket
    this.#owner = owner
  }

  /** Answers; `written` of the owner is called once, perhaps before this returns, unless the connection breaks off. */
  send(exchange: Exchange, response: GatewayResponse, request: RequestHead, close: boolean): void {
    const { status, headers, body } = response
    const bodiless = isBodiless(request.method, status)
    const length = bodiless ? declaredLength(status, headers) : lengthOf(body)
    const chunked = !bodiless && length < 0 && request.minor === 1
    const connection = close ? 'close' : request.minor === 0 ? 'keep-alive' : undefined
    const framing = { length, chunked }
    // An interim response is no answer: the client would wait for another.
    const head = status < 200 ? undefined : writeResponseHead(status, headers, framing, connection, date.at(Date.now()))
    if (head === undefined) {
      this.#unwritable(exchange, request, close)
      return
    }
    exchange.status = status
    this.#exchange = exchange
    this.#chunked = chunked
    this.#endless = !bodiless && length < 0 && !chunked
    this.#trailers = chunked && exchange.acceptsTrailers
    this.#writeAnswer(exchange, head, bodiless ? undefined : body)
    if (bodiless && body instanceof BodyStream) body.cancel()
  }

  #writeAnswer(exchange: Exchange, head: string, body: GatewayResponse['body']): void {
    if (body === undefined) {
      this.#socket.write(head, 'latin1')
      this.#done()
    } else if (typeof body === 'string' || body instanceof Uint8Array) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      this.#head = head
      this.#chunked = false
      if (bytes.length === 0) this.#flushHead()
      else this.write(bytes)
      this.#done()
    } else {
      this.#head = head
      if (body instanceof BodyStream) {
        this.#body = body
        body.pipeTo(this)
        // A stream of events may be silent for long, and its client waits for the head.
        this.#flushHead()
      } else {
        this.#flushHead()
        this.#iterated = body
        this.#iterate(body).catch((error: unknown) => this.#bodyFailed(exchange, error))
      }
    }
  }

  /** An answer to what is no request. The connection ends with it. */
  sendOwn({ status, headers, body }: ReturnType<typeof ownAnswer>): void {
    const bytes = Buffer.from(String(body))
    const head =
      writeResponseHead(status, headers, { length: bytes.length, chunked: false }, 'close', date.at(Date.now())) ?? ''
    this.#socket.write(head + bytes.toString('latin1'), 'latin1')
  }

  writeContinue(): void {
    this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1')
  }

  /** 103 with these fields; nothing where they cannot be written. */
  writeHint(headers: HeaderList): void {
    const head = writeResponseHead(103, headers, unframed, undefined)
    if (head !== undefined) this.#socket.write(head, 'latin1')
  }

  /** @returns false when the fields of the 101 cannot be written: then the answer is an error */
  writeSwitch(exchange: Exchange, response: GatewayResponse, protocol: string, request: RequestHead): boolean {
    const head = writeResponseHead(101, response.headers, unframed, undefined)
    if (head === undefined) {
      exchange.tunnel?.cancel()
      this.#unwritable(exchange, request, true)
      return false
    }
    this.#socket.write(`${head.slice(0, -2)}Connection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`, 'latin1')
    return true
  }

  write(chunk: Uint8Array): boolean {
    const socket = this.#socket
    // A connection that has closed drains nothing; its `close` follows.
    if (socket.destroyed) return false
    const { length } = chunk
    this.bytes += length
    if (this.#exchange) this.#exchange.bytesOut += length
    const before = this.#chunked ? `${this.#head}${length.toString(16)}\r\n` : this.#head
    this.#head = ''
    const after = this.#chunked ? '\r\n' : ''
    if (before === '') socket.write(chunk)
    else if (length <= copiedBytes) socket.write(before + asBuffer(chunk).toString('latin1') + after, 'latin1')
    else {
      socket.cork()
      socket.write(before, 'latin1')
      socket.write(chunk)
      if (after !== '') socket.write(after, 'latin1')
      socket.uncork()
    }
    return !this.#stalls()
  }

  /** What the kernel has not taken yet. */
  get holding(): boolean {
    return this.#socket.writableLength > 0
  }

  end(trailers: HeaderList | undefined): void {
    if (this.#chunked) {
      this.#socket.write(
        `${this.#head}0\r\n${(this.#trailers && trailers && writeFields(trailers)) || ''}\r\n`,
        'latin1',
      )
      this.#head = ''
    } else this.#flushHead()
    this.#done()
  }

  /** What is written must not look complete. */
  fail(): void {
    if (this.#endless) breakOff(this.#socket)
    else this.#socket.destroy()
  }

  /** A body that a middleware has made. It may fail because there is nobody any more who takes it. */
  #bodyFailed(exchange: Exchange, error: unknown): void {
    if (exchange.gone) return
    if (exchange.termination === 'completed') {
      exchange.termination = 'internal'
      exchange.log.error({ err: error, request: exchange.id, route: exchange.route.id }, 'response body failed')
    }
    this.fail()
  }

  #flushHead(): void {
    if (this.#head === '') return
    this.#socket.write(this.#head, 'latin1')
    this.#head = ''
  }

  /** The kernel has not taken everything. A write that was taken at once counts as needing a drain, too, but is no stall. */
  #stalls(): boolean {
    const socket = this.#socket
    if (!socket.writableNeedDrain || socket.writableLength === 0) return false
    if (!this.stalled) {
      this.stalled = true
      socket.setTimeout(this.#owner.takingMs)
    }
    return true
  }

  #done(): void {
    this.#body = undefined
    this.#iterated = undefined
    if (this.#stalls()) {
      this.#finishing = true
      return
    }
    this.#exchange = undefined
    this.#owner.written()
  }

  /** The client has taken what was written. */
  drained(): void {
    if (!this.stalled) return
    this.stalled = false
    this.#socket.setTimeout(0)
    if (this.#finishing) {
      this.#finishing = false
      this.#done()
    } else if (this.#wake) this.#wake()
    else this.#body?.resume()
  }

  /** The connection has closed: whoever waits for it to drain waits no longer, and a stream is not needed any more. */
  closed(): void {
    this.#wake?.()
    this.#iterated?.destroy?.()
  }

  async #iterate(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      if (this.#socket.destroyed) return
      if (chunk.length > 0 && !this.write(chunk)) await this.#drain()
    }
    if (!this.#socket.destroyed) this.end(undefined)
  }

  /** Resolves when the client has taken what was written, or has gone. */
  #drain(): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }

  /** Something in the head cannot be written: of a target, or of a middleware. */
  #unwritable(exchange: Exchange, request: RequestHead, close: boolean): void {
    const { response } = exchange
    if (response?.body instanceof BodyStream) response.body.cancel()
    const code = exchange.target ? 'bad_response' : 'internal'
    exchange.log.error({ request: exchange.id, code }, 'response cannot be written')
    exchange.termination = code
    this.send(exchange, ownAnswer(code, exchange.id, exchange.received.header('accept')), request, close)
  }
}

/** There is no body, whatever is said of its length (RFC 9110, 6.4.1). */
function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304
}

/** How long a body is that is not sent; -1 where nothing is said. */
function declaredLength(status: number, headers: HeaderList): number {
  const length = status === 204 ? undefined : headers.get('content-length')
  return length !== undefined && /^[0-9]{1,15}$/.test(length) ? Number(length) : -1
}

/** How long a body is, as far as that is known before it is sent; -1 when it is not. */
export function lengthOf(body: GatewayResponse['body']): number {
  if (body === undefined) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array || body instanceof BodyStream) return body.length
  return -1
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
