import type { Socket } from 'node:net'
import type { ErrorCode } from '@switchyard/core/errors'
import type { HeaderList } from '@switchyard/core/http/header-list'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import { Timed } from '../../deadlines.ts'
import type { ClientSide, Exchange, OfferedTunnel } from '../../exchange.ts'
import { Peer } from '../../forwarded.ts'
import { ownAnswer } from '../../own-answer.ts'
import { recordExchange, recordRefusal } from '../../record.ts'
import { serve } from '../../serve.ts'
import { type HeadBuffer, requestHeadBuffer } from '../codec/head-buffer.ts'
import { type CheckedTarget, checkTarget } from '../codec/request-gate.ts'
import { parseRequestHead, type RequestHead } from '../codec/request-head.ts'
import type { Http1Front } from './front.ts'
import { IncomingBody, type IncomingBodyOwner } from './incoming-body.ts'
import { newExchange } from './new-exchange.ts'
import { lengthOf, ResponseWriter, type WriterOwner } from './response-writer.ts'
import { protocolAsked } from './upgrade-request.ts'
import { WaitingBytes } from './waiting-bytes.ts'

/** How long a client may take to close that is done with, or to ask that has just connected to a listener that closes. */
const lingerMs = 1000
/** How often a client is looked at that may have gone unnoticed: it has ended its side, or is not read from. */
const lookMs = 500

/**
 * One connection of a client: reads one request after the other, answers in the same order, one at a time, and knows
 * what is being waited for. All that can happen to it is here in one place, so that no two of them miss each other: that
 * makes it long.
 */
export class ClientConnection extends Timed implements ClientSide, IncomingBodyOwner, WriterOwner {
  readonly socket: Socket
  readonly tlsVersion: string | undefined
  readonly #front: Http1Front
  readonly #peer: Peer
  readonly #heads: HeadBuffer<ErrorCode>
  readonly #writer: ResponseWriter
  readonly #waiting = new WaitingBytes()
  /** Requests that came in on it. */
  #requests = 0
  /** Of the request that is served, or whose body is passed over; undefined between two. What comes behind it waits. */
  #head: RequestHead | undefined
  /** Until the answer is written. */
  #exchange: Exchange | undefined
  #answering = false
  /** While the body of a request is not all here. */
  #incoming: IncomingBody | undefined
  /** `#take` is at work further up. */
  #taking = false
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
    // Undefined once it has closed, and then nothing will be asked.
    const { remoteAddress = '0.0.0.0', remotePort = 0 } = socket
    this.#peer = new Peer(remoteAddress, remotePort, tlsVersion === undefined ? 'http' : 'https')
    this.#heads = requestHeadBuffer(front.listener.config.limits)
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
    const { closing, config } = this.#front.listener
    this.#front.serving.deadlines.add(this)
    this.#expect(closing ? lingerMs : config.timeouts.headersMs)
  }

  readonly #received = (chunk: Buffer): void => {
    const from = this.#incoming ? this.#readBody(this.#incoming, chunk) : 0
    if (from < chunk.length) this.#take(chunk, from)
  }

  /** Requests, one after the other, as long as they are answered on the spot; the rest waits. */
  #take(chunk: Buffer, from: number): void {
    let at = from
    this.#taking = true
    while (at < chunk.length && !this.#head && !this.#ending) at = this.#takeOne(chunk, at)
    this.#taking = false
    if (at === chunk.length || this.#ending) return
    this.#waiting.add(at === 0 ? chunk : chunk.subarray(at))
    if (this.#waiting.full) this.#pause()
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
    const incoming = head.chunked || head.length > 0 ? new IncomingBody(head, this) : undefined
    const end = incoming ? incoming.read(chunk, from) : from
    const complete = incoming?.done !== false
    if (incoming?.malformed || (this.#halfClosed && !complete)) return this.#refuse('bad_request', chunk)
    this.#requests++
    this.#head = head
    this.#answering = false
    if (!complete) this.#incoming = incoming
    else if (incoming) this.#readOn()
    const exchange = newExchange(this, this.#front, this.#peer, head, target, upgrade, incoming?.body)
    this.#exchange = exchange
    this.#watch()
    serve(exchange, this.#front.serving)
    return end
  }

  /** @returns the index behind what belongs to the body */
  #readBody(incoming: IncomingBody, chunk: Buffer): number {
    const end = incoming.read(chunk, 0)
    // Whoever took it may have ended the connection.
    if (this.#incoming !== incoming) return end
    if (incoming.malformed) {
      this.#broken(incoming)
      return chunk.length
    }
    if (incoming.done) {
      this.#incoming = undefined
      // Its end may have had to wait for whoever takes it; what comes behind it has not.
      this.#readOn()
    }
    if (this.#exchange || this.#incoming) this.#watch()
    else this.#next()
    return end
  }

  bodyBlocked(): void {
    this.#pause()
  }

  bodyWanted(): void {
    const incoming = this.#incoming
    if (!incoming) return
    if (incoming.waitsToContinue && !this.#answering) {
      incoming.continued()
      this.#writer.writeContinue()
    }
    incoming.blocked = false
    this.#readOn()
  }

  /** What should be a body is none. The answer, if there is still one to give, says so; it is the last. */
  #broken({ body }: IncomingBody): void {
    this.#incoming = undefined
    this.#ending = true
    if (this.#exchange) body.fail('bad_request')
    else this.#end()
  }

  #pause(): void {
    if (this.socket.isPaused()) return
    this.socket.pause()
    if (this.#exchange) this.#watch()
  }

  #readOn(): void {
    if (this.#incoming?.blocked || this.#waiting.full) return
    if (this.socket.isPaused()) this.socket.resume()
    if (this.#head) this.#watch()
  }

  send(exchange: Exchange, response: GatewayResponse): void {
    const head = this.#head
    if (exchange !== this.#exchange || !head || this.#answering) return
    this.#answering = true
    const { tunnel } = exchange
    if (tunnel && response.status === 101) {
      this.#switch(exchange, response, head, tunnel)
      return
    }
    // A middleware has thought better of it.
    tunnel?.cancel()
    this.#ending ||= this.#isLast(exchange, response, head)
    exchange.releaseLease()
    this.#writer.send(exchange, response, head, this.#ending)
  }

  hint(exchange: Exchange, headers: HeaderList): void {
    if (exchange === this.#exchange && !this.#answering && this.#head?.minor === 1) this.#writer.writeHint(headers)
  }

  /** The connection ends with this answer. */
  #isLast(exchange: Exchange, response: GatewayResponse, head: RequestHead): boolean {
    const { closing, config } = this.#front.listener
    const { requestsPerConnection } = config.limits
    if (closing || !head.persistent) return true
    if (requestsPerConnection > 0 && this.#requests >= requestsPerConnection) return true
    // What is behind a request to switch may be of either protocol.
    if (exchange.upgrade !== undefined) return true
    // Without a length, only the end of the connection tells HTTP/1.0 the end.
    if (head.minor === 0 && lengthOf(response.body) < 0) return true
    return this.#incoming?.passes === false
  }

  written(): void {
    const exchange = this.#exchange
    if (!exchange) return
    this.#exchange = undefined
    this.#record(exchange)
    this.#incoming?.body.discard()
    // Its head may have gone out before the listener began to close.
    if (this.#ending || this.#front.listener.closing) this.#end()
    else if (!this.#incoming) this.#next()
  }

  #record(exchange: Exchange): void {
    exchange.finish()
    recordExchange(exchange, this.#front.listener.series, this.#front.serving)
  }

  /** The connection is free for the next request, which may have come already. */
  #next(): void {
    const { closing, config } = this.#front.listener
    this.#head = undefined
    this.#expect(config.timeouts.idleMs)
    if (closing) this.#end()
    // Otherwise `#take` goes on by itself.
    else if (!this.#taking) this.#takeWaiting()
  }

  #takeWaiting(): void {
    if (this.#waiting.some) {
      this.#take(this.#waiting.takeJoined(), 0)
      if (!this.#ending) this.#readOn()
    }
    if (this.#halfClosed && !this.#head && !this.#ending) this.#nothingFollows()
  }

  /** The client has ended its side, and everything before has been answered. */
  #nothingFollows(): void {
    if (this.#heads.begun) this.#refuse('bad_request', nothing)
    else this.#end()
  }

  /** What came in is no request that can be served: the answer says why, and the connection ends. */
  #refuse(code: ErrorCode, chunk: Buffer): number {
    const { listener, serving } = this.#front
    const id = serving.ids.next()
    this.#writer.sendOwn(ownAnswer(code, id, undefined))
    const refused = { code, id, listener: listener.config.id, client: this.#peer.client, tlsVersion: this.tlsVersion }
    recordRefusal(refused, listener.series, serving)
    this.#end()
    return chunk.length
  }

  /** The last answer is written. Closing on a client that still sends would reset the connection, and take the answer with it. */
  #end(): void {
    this.#ending = true
    this.#incoming = undefined
    this.#waiting.take()
    if (this.socket.isPaused()) this.socket.resume()
    this.#expect(this.takingMs)
    this.socket.end(this.#flushed)
  }

  /** Everything that was to be said has left. */
  readonly #flushed = (): void => this.#expect(lingerMs)

  /** Both ends agree to speak something else: the socket is the tunnel's. */
  #switch(exchange: Exchange, response: GatewayResponse, head: RequestHead, tunnel: OfferedTunnel): void {
    this.#ending = true
    if (!this.#writer.writeSwitch(exchange, response, tunnel.protocol, head)) return
    const { socket } = this
    exchange.releaseLease()
    exchange.status = 101
    this.#leave()
    socket.pause()
    this.#exchange = undefined
    tunnel.open({ socket, early: this.#waiting.take(), over: () => this.#record(exchange) })
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

  /** The listener closes. */
  closeIfIdle(): void {
    if (this.#head || this.#heads.begun || this.#ending) return
    if (this.#requests === 0) this.#expect(lingerMs)
    else this.socket.destroy()
  }

  #expect(ms: number): void {
    this.#front.serving.deadlines.expect(this, ms)
  }

  /** While there is a request: how long the client may take for what is awaited of it. */
  #watch(): void {
    if (this.#halfClosed || this.socket.isPaused()) this.#expect(lookMs)
    else this.#expect(this.#incoming?.awaited ? this.#front.listener.config.timeouts.bodyIdleMs : 0)
  }

  late(): void {
    const incoming = this.#incoming
    if (!this.#exchange) {
      if (this.#heads.begun && !this.#ending && !this.#head) this.#refuse('request_timeout', nothing)
      else this.socket.destroy()
    } else if (this.#halfClosed || this.socket.isPaused()) this.#look()
    else if (incoming?.awaited) {
      this.#incoming = undefined
      this.#ending = true
      incoming.body.fail('request_timeout')
    }
  }

  /** Is the client still there? Who has ended its side is, if it still takes what it has asked for. */
  #look(): void {
    const { socket } = this
    const { bytes, stalled } = this.#writer
    if (this.#halfClosed && !stalled && bytes === this.#seenBytes) {
      socket.destroy()
      return
    }
    this.#seenBytes = bytes
    // Node does not say that the other end of a socket has reset it while nothing is read from it. A write finds out.
    if (socket.isPaused() && socket.writableLength === 0) socket.write(nothing)
    this.#watch()
  }

  /** The client ends its side. */
  readonly #clientEnded = (): void => {
    this.#halfClosed = true
    if (this.#exchange && this.#incoming) this.socket.destroy()
    else if (this.#exchange) {
      this.#seenBytes = this.#writer.bytes
      this.#watch()
    } else if (!this.#ending) this.#nothingFollows()
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
    const exchange = this.#exchange
    const incoming = this.#incoming
    this.#exchange = undefined
    this.#incoming = undefined
    this.#leave()
    this.#writer.closed()
    exchange?.abandon()
    incoming?.body.fail('bad_request')
    if (exchange) this.#record(exchange)
  }
}

const nothing = Buffer.alloc(0)

function ignore(): void {}
