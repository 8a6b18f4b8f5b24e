import type { Socket } from 'node:net'
import type { ErrorCode } from '@switchyard/core/errors'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import type { BodyFlow } from '../../body-stream.ts'
import { Timed } from '../../deadlines.ts'
import { type ClientSide, Exchange } from '../../exchange.ts'
import { appendForwarded, Peer } from '../../forwarded.ts'
import { traceContext } from '../../observe/traceparent.ts'
import { ownAnswer } from '../../own-answer.ts'
import { recordExchange, recordRefusal } from '../../record.ts'
import { RequestBody } from '../../request-body.ts'
import { serve } from '../../serve.ts'
import { type BodyReader, type BodyTaker, ChunkedReader, LengthReader } from '../codec/body-reader.ts'
import { type HeadBuffer, requestHeadBuffer } from '../codec/head-buffer.ts'
import { type CheckedTarget, checkTarget } from '../codec/request-gate.ts'
import { parseRequestHead, type RequestHead } from '../codec/request-head.ts'
import type { Http1Front } from './front.ts'
import { Http1Request } from './received-request.ts'
import { lengthOf, ResponseWriter, type WriterOwner } from './response-writer.ts'
import { protocolAsked } from './upgrade-request.ts'

/** How long a client that is done with may take to read its answer and to close. */
const lingerMs = 1000
/** A client that has ended its side gets an answer that is quick, or that goes on; beyond that it has gone. */
const halfClosedMs = 500
/** What a client sends before it is asked for is held up to here; then it has to wait. */
const waitingBytes = 65_536
/** A body that nobody has read is thrown away up to this length, instead of closing the connection. */
const passedOverBytes = 65_536

/**
 * One connection of a client: reads one request after the other, answers in the same order, one at a time, and knows
 * what is being waited for.
 */
export class ClientConnection extends Timed implements ClientSide, BodyFlow, BodyTaker, WriterOwner {
  readonly socket: Socket
  readonly tlsVersion: string | undefined
  readonly #front: Http1Front
  readonly #peer: Peer
  readonly #heads: HeadBuffer<ErrorCode>
  readonly #writer: ResponseWriter
  /** Requests that came in on it. */
  #requests = 0
  #head: RequestHead | undefined
  #body: RequestBody | undefined
  /** While the body of a request is not all here. */
  #reader: BodyReader | undefined
  /** A request is being served, or what is left of its body is being passed over; what comes behind it waits. */
  #busy = false
  /** Until the answer is written. */
  #exchange: Exchange | undefined
  #answering = false
  #continued = false
  /** Bytes behind the request that is being served. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  /** `#take` is at work further up. */
  #taking = false
  /** The body has nowhere to go at present. */
  #paused = false
  /** Nothing more is served on it: the answer that is under way is the last, and what still comes is thrown away. */
  #ending = false
  /** The client has ended its side. */
  #halfClosed = false
  /** What the writer had written when a client with one side left was looked at last. */
  #seenBytes = 0

  constructor(socket: Socket, tlsVersion: string | undefined, front: Http1Front) {
    super()
    this.socket = socket
    this.tlsVersion = tlsVersion
    this.#front = front
    const { protocol, limits } = front.listener.config
    // Undefined once it has closed, and then nothing will be asked.
    this.#peer = new Peer(socket.remoteAddress ?? '0.0.0.0', socket.remotePort ?? 0, protocol)
    this.#heads = requestHeadBuffer(limits)
    this.#writer = new ResponseWriter(socket, this)
  }

  begin(): void {
    const { socket } = this
    socket.on('data', this.#received)
    socket.on('end', this.#clientEnded)
    socket.on('drain', this.#drained)
    socket.on('timeout', this.#stalled)
    socket.on('error', ignore)
    socket.on('close', this.#closed)
    this.#front.serving.deadlines.add(this)
    this.#expect(this.#front.listener.config.timeouts.headersMs)
  }

  readonly #received = (chunk: Buffer): void => {
    let from = 0
    if (this.#reader) {
      from = this.#readBody(this.#reader, chunk, 0)
      if (from < 0) this.#broken()
      else if (this.#reader) this.#expectBody()
      else this.#bodyArrived()
    }
    if (from >= 0 && from < chunk.length && !this.#ending) this.#take(chunk, from)
  }

  /** Requests, one after the other, as long as they are answered on the spot; the rest waits. */
  #take(chunk: Buffer, from: number): void {
    let at = from
    this.#taking = true
    while (at < chunk.length && !this.#busy && !this.#ending) at = this.#takeOne(chunk, at)
    this.#taking = false
    if (at < chunk.length && !this.#ending) this.#hold(at === 0 ? chunk : chunk.subarray(at))
  }

  /** @returns the index behind what was used */
  #takeOne(chunk: Buffer, from: number): number {
    const { limits, timeouts, paths } = this.#front.listener.config
    const begun = this.#heads.begun
    const found = this.#heads.push(chunk, from)
    if (found === undefined) {
      if (!begun) this.#expect(timeouts.headersMs)
      return chunk.length
    }
    const { next } = typeof found === 'string' ? { next: 0 } : found
    const head = typeof found === 'string' ? found : parseRequestHead(found.text, limits)
    if (typeof head === 'string') return this.#refuse(head, chunk)
    const target = checkTarget(head, paths)
    if (typeof target === 'string') return this.#refuse(target, chunk)
    const upgrade = head.upgrade === undefined ? undefined : protocolAsked(head)
    if (upgrade?.refused) return this.#refuse(upgrade.refused, chunk)
    return this.#begin(head, target, upgrade?.protocol, chunk, next)
  }

  #begin(head: RequestHead, target: CheckedTarget, upgrade: string | undefined, chunk: Buffer, from: number): number {
    const { listener, serving } = this.#front
    let end = from
    this.#head = head
    if (head.chunked || head.length > 0) {
      this.#body = new RequestBody(this, head.length)
      this.#reader = head.chunked ? new ChunkedReader('request') : new LengthReader(head.length)
      end = this.#readBody(this.#reader, chunk, from)
      if (end < 0) return this.#refuse('bad_request', chunk)
    }
    this.#requests++
    this.#busy = true
    this.#answering = false
    this.#continued = false

    const { headers, endToEnd } = head
    const origin = this.#peer.originOf(headers, target.authority, listener.trusted)
    const id = origin.requestId ?? serving.ids.next()
    const trace = traceContext(head.traceparent, id, serving.ids)
    if (head.traceparent !== undefined || trace.begun) dropTrace(endToEnd, trace.begun)
    appendForwarded(endToEnd, origin, id)
    endToEnd.append('traceparent', trace.header)
    endToEnd.vouch()
    const exchange = new Exchange(
      this,
      new Http1Request(listener.config.id, head, target, origin, this.#body),
      { method: head.method, path: target.path, query: target.query, host: undefined, headers: endToEnd },
      origin.client,
      serving.log,
      id,
      trace.traceId,
      upgrade,
      head.acceptsTrailers,
    )
    this.#exchange = exchange
    this.#expectBody()
    serve(exchange, serving)
    return end
  }

  /** @returns the index behind what belongs to it; -1 when it is malformed */
  #readBody(reader: BodyReader, chunk: Buffer, from: number): number {
    const end = reader.read(chunk, from, this)
    if (reader.fault !== undefined) return -1
    if (reader.done) {
      this.#reader = undefined
      this.#body?.end(reader.trailers)
    }
    return end
  }

  take(piece: Buffer): void {
    if (this.#body?.push(piece) !== false) return
    this.#paused = true
    this.socket.pause()
  }

  /** Of the body: it is wanted, or wanted again. */
  resume(): void {
    if (!this.#reader) return
    if (this.#waitsToContinue && !this.#answering) {
      this.#continued = true
      this.#writer.writeContinue()
    }
    if (this.#paused) {
      this.#paused = false
      this.socket.resume()
    }
    this.#expectBody()
  }

  /** The client sends nothing of its body until it is told that it may. */
  get #waitsToContinue(): boolean {
    return this.#head?.expectsContinue === true && !this.#continued && this.#body?.bytes === 0
  }

  /** Of the body: nobody wants the rest. */
  cancel(): void {
    this.#body?.discard()
  }

  /** A client that is to send more of a body has so long for the next piece of it. */
  #expectBody(): void {
    const awaited = this.#reader && !this.#paused && !this.#waitsToContinue
    this.#expect(awaited ? this.#front.listener.config.timeouts.bodyIdleMs : 0)
  }

  /** All of the body is here. */
  #bodyArrived(): void {
    if (this.#exchange) this.#expectBody()
    else if (!this.#ending) this.#next()
  }

  /** What should be a body is none. The answer, if there is still one to give, says so; it is the last. */
  #broken(): void {
    this.#reader = undefined
    this.#ending = true
    this.#body?.fail('bad_request')
    if (!this.#exchange) this.socket.destroy()
  }

  /** What came before its turn. */
  #hold(chunk: Buffer): void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= waitingBytes) this.socket.pause()
  }

  send(exchange: Exchange, response: GatewayResponse): void {
    const head = this.#head
    if (exchange !== this.#exchange || !head || this.#answering) return
    this.#answering = true
    if (response.status === 101) {
      this.#switch(exchange, response, head)
      return
    }
    // A tunnel that a middleware thought better of.
    exchange.tunnel?.cancel()
    // What is behind a request to switch may be of either protocol; without a length, only the end of the connection tells HTTP/1.0 the end.
    const untold = head.minor === 0 && lengthOf(response.body) < 0
    if (!head.persistent || exchange.upgrade !== undefined || untold || this.#lastOne() || !this.#bodyPasses()) {
      this.#ending = true
    }
    exchange.releaseLease()
    this.#writer.send(exchange, response, head, this.#ending)
  }

  hint(exchange: Exchange, headers: HeaderList): void {
    if (exchange === this.#exchange && !this.#answering && this.#head?.minor === 1) this.#writer.writeHint(headers)
  }

  #lastOne(): boolean {
    const { closing, config } = this.#front.listener
    const { requestsPerConnection } = config.limits
    return closing || (requestsPerConnection > 0 && this.#requests >= requestsPerConnection)
  }

  /** What is left of the request's body, if anything, is so little that the connection can go on after it. */
  #bodyPasses(): boolean {
    if (!this.#reader) return true
    if (this.#waitsToContinue) return false
    const length = this.#body?.length ?? -1
    return length >= 0 && length <= passedOverBytes
  }

  written(): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#exchange = undefined
    this.#record(exchange)
    if (this.#reader) this.#body?.discard()
    // Its head may have gone out before the listener began to close.
    if (this.#ending || this.#front.listener.closing) this.#end()
    else if (!this.#reader) this.#next()
  }

  #record(exchange: Exchange): void {
    exchange.finish()
    recordExchange(exchange, this.#front.listener.series, this.#front.serving)
  }

  /** The connection is free for the next request, which may have come already. */
  #next(): void {
    this.#busy = false
    this.#head = undefined
    this.#body = undefined
    if (this.#halfClosed && this.#waitingBytes === 0) {
      this.#end()
      return
    }
    this.#expect(this.#front.listener.config.timeouts.idleMs)
    // Otherwise `#take` goes on by itself.
    if (!this.#taking && this.#waitingBytes > 0) this.#takeWaiting()
  }

  #takeWaiting(): void {
    const waiting = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#take(waiting, 0)
    if (this.#waitingBytes < waitingBytes && !this.#paused && this.socket.isPaused()) this.socket.resume()
  }

  /** What came in is no request that can be served: the answer says why, and the connection ends. */
  #refuse(code: ErrorCode, chunk: Buffer): number {
    const { listener, serving } = this.#front
    const id = serving.ids.next()
    this.#body?.fail(code)
    this.#reader = undefined
    this.#writer.sendOwn(ownAnswer(code, id, undefined))
    const refused = { code, id, listener: listener.config.id, client: this.#peer.client, tlsVersion: this.tlsVersion }
    recordRefusal(refused, listener.series, serving)
    this.#end()
    return chunk.length
  }

  /** The last answer is written. Closing on a client that still sends would reset the connection, and take the answer with it. */
  #end(): void {
    this.#ending = true
    this.#waiting = []
    this.#waitingBytes = 0
    if (this.#paused || this.socket.isPaused()) this.socket.resume()
    this.#expect(this.takingMs)
    this.socket.end(this.#flushed)
  }

  /** Everything that was to be said has left. */
  readonly #flushed = (): void => this.#expect(lingerMs)

  /** Both ends agree to speak something else: the socket is the tunnel's. */
  #switch(exchange: Exchange, response: GatewayResponse, head: RequestHead): void {
    const { tunnel } = exchange
    if (!tunnel) {
      this.socket.destroy()
      return
    }
    this.#ending = true
    if (!this.#writer.writeSwitch(exchange, response, tunnel.protocol, head)) return
    const { socket } = this
    exchange.releaseLease()
    exchange.status = 101
    const early = this.#waiting
    this.#waiting = []
    this.#leave()
    socket.pause()
    this.#exchange = undefined
    tunnel.open({ socket, early, over: () => this.#record(exchange) })
  }

  /** No listener of ours but the one for errors stays on the socket. */
  #leave(): void {
    const { socket } = this
    socket.off('data', this.#received)
    socket.off('end', this.#clientEnded)
    socket.off('drain', this.#drained)
    socket.off('timeout', this.#stalled)
    socket.off('close', this.#closed)
    socket.setTimeout(0)
    this.#front.serving.deadlines.delete(this)
    this.#front.forget(this)
  }

  closeIfIdle(): void {
    if (!this.#busy && !this.#heads.begun && !this.#ending) this.socket.destroy()
  }

  #expect(ms: number): void {
    this.#front.serving.deadlines.expect(this, this.#halfClosed ? halfClosedMs : ms)
  }

  late(): void {
    if (this.#halfClosed && this.#exchange) this.#lookAtHalfClosed()
    else if (this.#exchange && this.#reader) {
      this.#reader = undefined
      this.#ending = true
      this.#body?.fail('request_timeout')
    } else if (this.#heads.begun && !this.#ending && !this.#busy) this.#refuse('request_timeout', nothing)
    else this.socket.destroy()
  }

  /** Whoever still takes what it has asked for has not gone. */
  #lookAtHalfClosed(): void {
    const { bytes } = this.#writer
    if (bytes === this.#seenBytes) this.socket.destroy()
    this.#seenBytes = bytes
    this.#expect(halfClosedMs)
  }

  /** The client ends its side. */
  readonly #clientEnded = (): void => {
    if (this.#reader && this.#exchange) {
      this.socket.destroy()
      return
    }
    this.#halfClosed = true
    if (this.#exchange) {
      this.#seenBytes = this.#writer.bytes
      this.#expect(halfClosedMs)
    } else if (this.#heads.begun && !this.#ending) this.#refuse('bad_request', nothing)
    else this.socket.end()
  }

  readonly #drained = (): void => this.#writer.drained()

  /** The client takes nothing of what is written: Node's own time-out, which knows what the kernel has taken. */
  readonly #stalled = (): void => {
    if (this.#exchange) this.#exchange.termination = 'client_stalled'
    this.socket.destroy()
  }

  get takingMs(): number {
    return this.#front.listener.config.timeouts.bodyIdleMs
  }

  readonly #closed = (): void => {
    this.#leave()
    this.#writer.closed()
    this.#waiting = []
    const exchange = this.#exchange
    this.#exchange = undefined
    exchange?.abandon()
    this.#reader = undefined
    this.#body?.fail('bad_request')
    if (exchange) this.#record(exchange)
  }
}

const nothing = Buffer.alloc(0)

/** The trace goes on under a field of ours; what vendors noted belongs to a trace that came with the request. */
function dropTrace(headers: HeaderList, begun: boolean): void {
  headers.delete('traceparent')
  if (begun) headers.delete('tracestate')
}

function ignore(): void {}
