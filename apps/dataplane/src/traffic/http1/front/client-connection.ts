import type { Socket } from 'node:net'
import type { ErrorCode } from '@switchyard/core/errors'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import { type BodyFlow, BodyStream } from '../../body-stream.ts'
import { Timed } from '../../deadlines.ts'
import { type ClientSide, Exchange } from '../../exchange.ts'
import { appendForwarded, Peer } from '../../forwarded.ts'
import { traceContext } from '../../observe/traceparent.ts'
import { ownAnswer } from '../../own-answer.ts'
import { recordExchange, recordRefusal } from '../../record.ts'
import { RequestBody } from '../../request-body.ts'
import { serve } from '../../serve.ts'
import { type BodyReader, type BodyTaker, ChunkedReader, LengthReader } from '../codec/body-reader.ts'
import { HeadBuffer } from '../codec/head-buffer.ts'
import { checkTarget } from '../codec/request-gate.ts'
import { parseRequestHead, type RequestHead } from '../codec/request-head.ts'
import type { Http1Front } from './front.ts'
import { Http1Request } from './received-request.ts'
import { ResponseWriter, type WriterOwner } from './response-writer.ts'
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
  readonly #heads: HeadBuffer
  readonly #writer: ResponseWriter
  /** Requests that came in on it. */
  #requests = 0
  #head: RequestHead | undefined
  #exchange: Exchange | undefined
  #body: RequestBody | undefined
  /** While the body of a request is not all here. */
  #reader: BodyReader | undefined
  /** A request is being served; what comes behind it waits. */
  #busy = false
  /** Some of the next head is here. */
  #partial = false
  /** Bytes behind the request that is being served. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #continued = false
  /** Nothing more is served on it: the answer that is under way is the last, and what still comes is thrown away. */
  #ending = false
  /** The client has ended its side. */
  #halfClosed = false
  #seenOut = -1
  #taking = false
  #paused = false

  constructor(socket: Socket, tlsVersion: string | undefined, front: Http1Front) {
    super()
    this.socket = socket
    this.tlsVersion = tlsVersion
    this.#front = front
    const { protocol, limits } = front.listener.config
    // Undefined once it has closed, and then nothing will be asked.
    this.#peer = new Peer(socket.remoteAddress ?? '0.0.0.0', socket.remotePort ?? 0, protocol)
    this.#heads = new HeadBuffer(limits)
    this.#writer = new ResponseWriter(socket, this)
  }

  begin(): void {
    const { socket } = this
    socket.on('data', this.#received)
    socket.on('end', this.#ended)
    socket.on('drain', this.#drained)
    socket.on('timeout', this.#stalled)
    socket.on('error', ignore)
    socket.on('close', this.#closed)
    this.#front.serving.deadlines.add(this)
    this.#expect(this.#front.listener.config.timeouts.headersMs)
  }

  readonly #received = (chunk: Buffer): void => {
    if (this.#ending && !this.#reader) return
    const from = this.#reader ? this.#readBody(this.#reader, chunk, 0) : 0
    if (from < chunk.length) this.#take(chunk, from)
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
    const end = this.#heads.push(chunk, from)
    if (end < 0) {
      const { fault } = this.#heads
      if (fault !== undefined) this.#refuse(fault)
      else if (!this.#partial) {
        this.#partial = true
        this.#expect(timeouts.headersMs)
      }
      return chunk.length
    }
    this.#partial = false
    const head = parseRequestHead(this.#heads.text, limits)
    if (typeof head === 'string') {
      this.#refuse(head)
      return chunk.length
    }
    const target = checkTarget(head, paths)
    if (typeof target === 'string') {
      this.#refuse(target)
      return chunk.length
    }
    const upgrade = head.upgrade === undefined ? undefined : protocolAsked(head)
    if (upgrade?.refused !== undefined) {
      this.#refuse(upgrade.refused)
      return chunk.length
    }
    return this.#begin(head, target, upgrade?.protocol, chunk, end)
  }

  #begin(
    head: RequestHead,
    target: Exclude<ReturnType<typeof checkTarget>, string>,
    upgrade: string | undefined,
    chunk: Buffer,
    from: number,
  ): number {
    const { listener, serving } = this.#front
    this.#requests++
    this.#busy = true
    this.#head = head
    this.#continued = false
    const { headers, endToEnd } = head
    const origin = this.#peer.originOf(headers, target.authority, listener.trusted)
    const id = origin.requestId ?? serving.ids.next()
    const trace = traceContext(head.traceparent, id, serving.ids)
    if (head.traceparent !== undefined) endToEnd.delete('traceparent')
    if (trace.begun && endToEnd.has('tracestate')) endToEnd.delete('tracestate')
    appendForwarded(endToEnd, origin, id)
    endToEnd.append('traceparent', trace.header)

    let end = from
    if (head.chunked || head.length > 0) {
      this.#body = new RequestBody(this, head.length)
      this.#reader = head.chunked ? new ChunkedReader() : new LengthReader(head.length)
      end = this.#readBody(this.#reader, chunk, from)
    }
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

  /** @returns the index behind what belongs to it */
  #readBody(reader: BodyReader, chunk: Buffer, from: number): number {
    const end = reader.read(chunk, from, this)
    if (reader.fault !== undefined) {
      this.#reader = undefined
      this.#ending = true
      this.#body?.fail('bad_request')
      this.#expect(0)
      if (!this.#exchange) this.#writer.endWhenWritten(lingerMs)
      return chunk.length
    }
    if (reader.done) {
      this.#reader = undefined
      this.#body?.end(reader.trailers)
      this.#bodyArrived()
    } else this.#expectBody()
    return end
  }

  take(piece: Buffer): void {
    if (this.#body?.push(piece) === false) this.#pause()
  }

  #pause(): void {
    this.#paused = true
    this.socket.pause()
  }

  /** Of the body: it is wanted, or wanted again. */
  resume(): void {
    if (this.#head?.expectsContinue && !this.#continued && this.#body?.bytes === 0 && this.#reader) {
      this.#continued = true
      this.#writer.writeContinue()
    }
    this.#paused = false
    this.#expectBody()
    if (this.#waitingBytes < waitingBytes) this.socket.resume()
  }

  /** Of the body: nobody wants the rest. */
  cancel(): void {
    this.#body?.discard()
  }

  /** While a body is coming and nobody but the client is waited for, it has so long for its next bytes. */
  #expectBody(): void {
    const { timeouts } = this.#front.listener.config
    if (!this.#halfClosed) this.#expect(this.#reader && !this.#paused ? timeouts.bodyIdleMs : 0)
  }

  #bodyArrived(): void {
    this.#expectBody()
    // Its answer went out before the body was here.
    if (this.#busy && this.#exchange === undefined && this.#requests > 0) this.#next()
  }

  /** What came before its turn. */
  #hold(chunk: Buffer): void {
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= waitingBytes) this.socket.pause()
  }

  send(exchange: Exchange, response: GatewayResponse): void {
    const head = this.#head
    if (exchange !== this.#exchange || !head) return
    if (response.status === 101) {
      this.#switch(exchange, response)
      return
    }
    exchange.tunnel?.cancel()
    if (!head.persistent || exchange.upgrade !== undefined || this.#lastOne() || !this.#bodyPasses()) this.#ending = true
    exchange.releaseLease()
    this.#writer.send(exchange, response, head, this.#ending)
  }

  hint(exchange: Exchange, headers: HeaderList): void {
    if (exchange === this.#exchange && this.#head?.minor === 1) this.#writer.writeHint(headers)
  }

  #lastOne(): boolean {
    const { closing, config } = this.#front.listener
    const { requestsPerConnection } = config.limits
    return this.#ending || closing || (requestsPerConnection > 0 && this.#requests >= requestsPerConnection)
  }

  /** What is left of the request's body, if anything, is so little that the connection can go on after it. */
  #bodyPasses(): boolean {
    if (!this.#reader) return true
    if (this.#head?.expectsContinue && !this.#continued) return false
    const length = this.#body?.length ?? -1
    return length >= 0 && length <= passedOverBytes
  }

  /** The answer is written, and nothing of it is left to be taken. */
  written(): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#finish(exchange)
    if (this.#reader) this.#body?.discard()
    if (this.#ending || this.#front.listener.closing) {
      this.#ending = true
      this.#writer.endWhenWritten(lingerMs)
      this.#expectLinger()
    } else if (!this.#reader) this.#next()
  }

  #finish(exchange: Exchange): void {
    this.#exchange = undefined
    exchange.finish()
    recordExchange(exchange, this.#front)
  }

  /** The connection is free for the next request, which may have come already. */
  #next(): void {
    this.#busy = false
    this.#head = undefined
    this.#body = undefined
    if (this.#halfClosed && this.#waitingBytes === 0) {
      this.socket.end()
      return
    }
    const { timeouts } = this.#front.listener.config
    this.#expect(this.#partial ? timeouts.headersMs : timeouts.idleMs)
    // `#take` goes on by itself.
    if (this.#taking) return
    if (this.#waitingBytes > 0) {
      const waiting = this.#waiting.length === 1 ? (this.#waiting[0] as Buffer) : Buffer.concat(this.#waiting)
      this.#waiting = []
      this.#waitingBytes = 0
      this.#take(waiting, 0)
    }
    if (this.#paused || (this.socket.isPaused() && this.#waitingBytes < waitingBytes)) {
      this.#paused = false
      this.socket.resume()
    }
  }

  /** What came in is no request that can be served: the answer says why, and the connection ends. */
  #refuse(code: ErrorCode): void {
    const { serving } = this.#front
    this.#ending = true
    const id = serving.ids.next()
    this.#writer.sendOwn(ownAnswer(code, id, undefined))
    recordRefusal(code, id, this.#peer, this, this.#front)
    this.#writer.endWhenWritten(lingerMs)
    this.#expectLinger()
  }

  /** Both ends agree to speak something else: the socket is the tunnel's. */
  #switch(exchange: Exchange, response: GatewayResponse): void {
    const { tunnel } = exchange
    if (!tunnel || !this.#writer.writeSwitch(exchange, response, tunnel.protocol)) return
    const { socket } = this
    exchange.releaseLease()
    this.#leave()
    socket.pause()
    exchange.status = 101
    const early = this.#waiting
    this.#waiting = []
    tunnel.open({ socket, early, over: () => this.#finish(exchange) })
  }

  /** No listener of ours but the one for errors stays on the socket. */
  #leave(): void {
    const { socket } = this
    socket.off('data', this.#received)
    socket.off('end', this.#ended)
    socket.off('drain', this.#drained)
    socket.off('timeout', this.#stalled)
    socket.off('close', this.#closed)
    socket.setTimeout(0)
    this.#front.serving.deadlines.delete(this)
    this.#front.forget(this)
  }

  closeIfIdle(): void {
    if (!this.#busy && !this.#partial && !this.#ending) this.socket.destroy()
  }

  #expect(ms: number): void {
    this.#front.serving.deadlines.expect(this, ms)
  }

  #expectLinger(): void {
    this.#expect(lingerMs)
  }

  late(): void {
    if (this.#halfClosed && this.#exchange) {
      // Whoever still takes what it asked for has not gone.
      if (this.#writer.bytes === this.#seenOut) this.socket.destroy()
      this.#seenOut = this.#writer.bytes
      this.#expect(halfClosedMs)
      return
    }
    if (this.#exchange && this.#reader) {
      this.#ending = true
      this.#reader = undefined
      this.#body?.fail('request_timeout')
      return
    }
    if (this.#partial && !this.#ending && !this.#busy) this.#refuse('request_timeout')
    else this.socket.destroy()
  }

  /** The client ends its side. */
  readonly #ended = (): void => {
    this.#halfClosed = true
    if (!this.#busy && !this.#ending) {
      if (this.#partial) this.#refuse('bad_request')
      this.socket.end()
    } else if (this.#reader) this.socket.destroy()
    else if (this.#exchange) {
      this.#seenOut = this.#writer.bytes
      this.#expect(halfClosedMs)
    } else this.socket.end()
  }

  readonly #drained = (): void => this.#writer.drained()

  /** The client takes nothing of what is written: Node's own time-out, which knows what the kernel has taken. */
  readonly #stalled = (): void => {
    if (this.#exchange) this.#exchange.termination = 'client_stalled'
    this.socket.destroy()
  }

  /** How long a client may take nothing of an answer; 0 is no limit. */
  get takingMs(): number {
    return this.#front.listener.config.timeouts.bodyIdleMs
  }

  readonly #closed = (): void => {
    this.#leave()
    const exchange = this.#exchange
    this.#body?.fail('bad_request')
    if (!exchange) return
    exchange.abandon()
    this.#finish(exchange)
  }
}

function ignore(): void {}
