import type { Socket } from 'node:net'
import { type ErrorCode, errors } from '@switchyard/core/errors'
import type { HeaderList } from '@switchyard/core/http/header-list'
import { AddressRefused } from '../../address-policy.ts'
import { recordFailure } from '../../attempt-failure.ts'
import type { Blame, Settled } from '../../attempt-outcome.ts'
import { severityOfStatus } from '../../attempt-severity.ts'
import { type BodyFlow, BodyStream } from '../../body-stream.ts'
import type { Destination } from '../../compiled-route.ts'
import type { ConnectionPool } from '../../connection-pool.ts'
import { type Deadlines, now, Timed } from '../../deadlines.ts'
import type { Cancellable, Exchange } from '../../exchange.ts'
import type { LiveTarget } from '../../live-target.ts'
import type { TargetTls } from '../../tls/target-tls.ts'
import { ReadBuffer } from './read-buffer.ts'
import { repeatable } from './repeatable.ts'
import { requestHead } from './request-head.ts'
import { RequestWriter, type RequestWriterOwner } from './request-writer.ts'
import { type HintTaker, ResponseReader } from './response-reader.ts'

const ours: Blame = { byTarget: false }

/**
 * One connection to a target, for one request at a time. It belongs to a pool, to which it comes back by itself when a
 * response is over and another request may follow; else it ends. Its deadline is that of whatever is awaited: to be
 * connected, TLS, the head of a response, the rest of it, another request.
 *
 * A long file, since all of it is about one state; what can be told apart (writing requests, reading responses, memory)
 * is in files of its own.
 */
export class TargetConnection extends Timed implements BodyFlow, Cancellable, HintTaker, RequestWriterOwner {
  /** By which it was opened. */
  readonly security: TargetTls | undefined
  /** On the clock of `now`: when it was last given back. */
  idleSince = 0
  readonly #live: LiveTarget
  readonly #pool: ConnectionPool
  readonly #deadlines: Deadlines
  readonly #socket: Socket
  readonly #buffer: ReadBuffer
  readonly #writer: RequestWriter
  readonly #response = new ResponseReader()
  #phase: 'connecting' | 'securing' | 'open' | 'closed' = 'connecting'
  /** Exchanges that it was used for before this one. */
  #used = 0
  #error: Error | undefined

  #exchange: Exchange | undefined
  #destination: Destination | undefined
  /** Told once, with the head of the response or with what failed. */
  #settled: Settled | undefined
  #beganAt = 0
  /** When it was the turn of the target to say something. */
  #sentAt = 0
  /** The exchange must be over by then, and this try have come to a head. */
  #latest = Number.POSITIVE_INFINITY
  #tryLatest = Number.POSITIVE_INFINITY
  #body: BodyStream | undefined
  #paused = false

  constructor(live: LiveTarget, pool: ConnectionPool, security: TargetTls | undefined) {
    super()
    this.security = security
    this.#live = live
    this.#pool = pool
    this.#deadlines = live.services.deadlines
    this.#buffer = new ReadBuffer((bytes) => this.#read(bytes))
    const socket = live.openSocket(security, this.#buffer.onread)
    this.#socket = socket
    this.#writer = new RequestWriter(socket, this)
    socket.once('connect', () => this.#connected())
    if (security) socket.once('secureConnect', () => this.#open())
    socket.on('drain', () => this.#writer.drained())
    socket.on('end', () => this.#ended())
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => this.#closed())
    this.#deadlines.add(this)
  }

  /** Takes an exchange to the target; only when it has none. */
  serve(exchange: Exchange, destination: Destination, settled: Settled): void {
    this.#exchange = exchange
    this.#destination = destination
    this.#settled = settled
    this.#beganAt = now()
    exchange.attempt = this
    exchange.connectMs = Number.NaN
    const { totalMs, connectMs } = destination.timeouts
    const { perTryMs } = destination.retries
    this.#latest = totalMs === 0 ? Number.POSITIVE_INFINITY : exchange.startedAt + totalMs
    this.#tryLatest = perTryMs === 0 ? Number.POSITIVE_INFINITY : this.#beganAt + perTryMs
    if (this.#phase === 'open') this.#send(exchange, 0)
    else this.#deadlines.expect(this, connectMs, Math.min(this.#latest, this.#tryLatest))
  }

  #connected(): void {
    if (!this.security) {
      this.#open()
      return
    }
    if (this.#phase !== 'connecting' || !this.#destination) return
    this.#phase = 'securing'
    const { tlsMs } = this.#destination.timeouts
    this.#deadlines.expect(this, tlsMs, Math.min(this.#latest, this.#tryLatest))
  }

  #open(): void {
    if (this.#phase === 'closed' || !this.#exchange) return
    this.#phase = 'open'
    this.#send(this.#exchange, now() - this.#beganAt)
  }

  #send(exchange: Exchange, connectMs: number): void {
    const { upstream, retries } = this.#destination as Destination
    const { body } = exchange.received
    exchange.connectMs = connectMs
    this.#sentAt = this.#beganAt + connectMs
    const head = requestHead(exchange, upstream, this.#live)
    if (head === undefined) {
      this.#fail('internal', 'a middleware made a request that cannot be sent', ours)
      return
    }
    this.#response.begin(exchange.outgoing.method)
    if (!body) {
      this.#writer.send(head)
      this.#watch()
      return
    }
    if (retries.attempts > 0 && repeatable(exchange)) body.keepUpTo(retries.bodyBytes)
    this.#writer.sendWithBody(head, body)
  }

  sent(): void {
    const { perTryMs } = (this.#destination as Destination).retries
    this.#sentAt = now()
    if (perTryMs > 0) this.#tryLatest = this.#sentAt + perTryMs
    this.#watch()
  }

  moved(): void {
    const exchange = this.#exchange
    // What has begun to flow and cannot be sent again needs nothing of its revision any more.
    if (exchange?.received.body?.replayable === false) exchange.releaseLease()
    this.#watch()
  }

  broken(): void {
    const code = this.#exchange?.received.body?.fault
    this.#fail(code ?? 'bad_request', 'the body of the request broke off', ours)
  }

  /** Waits for what is to come next, and no longer for anything else. */
  #watch(): void {
    if (!this.#destination) return
    const { responseMs, idleMs } = this.#destination.timeouts
    const { starved, blocked } = this.#writer
    // Where it is the client that is to send something, or to take it, its front has a time-out for that.
    if (starved || this.#paused) this.#deadlines.expect(this, 0, this.#latest)
    else if (blocked) this.#deadlines.expect(this, idleMs, this.#latest)
    else if (this.#settled) this.#deadlines.expect(this, responseMs, Math.min(this.#latest, this.#tryLatest))
    else this.#deadlines.expect(this, this.#response.events ? 0 : idleMs, this.#latest)
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange
    if (!exchange || this.#phase !== 'open') {
      // Nobody has asked for anything.
      this.destroy()
      return
    }
    try {
      if (this.#response.head) this.#readBody(exchange, bytes, 0)
      else this.#readHead(exchange, bytes)
    } catch (error) {
      exchange.log.error({ err: error, request: exchange.id, target: this.#live.id }, 'reading a response failed')
      if (this.#exchange === exchange) this.#fail('internal', error, ours)
    }
  }

  #readHead(exchange: Exchange, bytes: Buffer): void {
    const response = this.#response
    const at = response.readHead(bytes, this)
    if (this.#exchange !== exchange) return
    if (response.fault !== undefined) this.#fail('bad_response', response.fault)
    else if (at >= 0) this.#answer(exchange, bytes, at)
  }

  hint(headers: HeaderList): void {
    const exchange = this.#exchange
    exchange?.side.hint(exchange, headers)
  }

  /** The head is here, and perhaps all of the body with it. */
  #answer(exchange: Exchange, bytes: Buffer, at: number): void {
    const response = this.#response
    const { status, headers, length } = response.head ?? unreachable()
    const time = now()
    exchange.responseMs = time - this.#beganAt
    exchange.answerMs = this.#writer.sent ? time - this.#sentAt : Number.NaN
    const end = response.readBody(bytes, at)
    const chunk = response.collected((piece) => this.#buffer.keep(piece))
    if (response.fault !== undefined) {
      this.#fail('bad_response', response.fault)
      return
    }
    if (status >= 500) this.#live.failures++
    const { done, trailers } = response
    if (response.bodiless && length >= 0) headers.append('Content-Length', String(length))
    const settled = this.#settled ?? unreachable()
    this.#settled = undefined
    if (done && !trailers) {
      exchange.response = { status, headers, body: chunk }
      this.#finish(end === bytes.length)
    } else {
      const body = new BodyStream(this, length)
      exchange.response = { status, headers, body }
      this.#body = body
      if (chunk) this.#pass(body, chunk)
      if (done) {
        this.#finish(end === bytes.length)
        body.end(trailers)
      } else this.#watch()
    }
    settled(exchange, undefined)
  }

  #readBody(exchange: Exchange, bytes: Buffer, at: number): void {
    const response = this.#response
    const body = this.#body ?? unreachable()
    const end = response.readBody(bytes, at)
    const chunk = response.collected((piece) => this.#buffer.keep(piece))
    if (chunk) this.#pass(body, chunk)
    // Who takes it may have given up.
    if (this.#exchange !== exchange) return
    if (response.fault !== undefined) this.#fail('bad_response', response.fault)
    else if (response.done) {
      const { trailers } = response
      this.#finish(end === bytes.length)
      body.end(trailers)
    } else this.#watch()
  }

  #pass(body: BodyStream, chunk: Buffer): void {
    if (!body.push(chunk)) this.#pause()
    if (!body.holding) this.#buffer.takeBack()
  }

  /** The target has ended its side. */
  #ended(): void {
    const exchange = this.#exchange
    const response = this.#response
    if (!exchange || this.#phase !== 'open') {
      this.#closed()
      return
    }
    response.end()
    if (response.fault !== undefined) this.#fail('target_reset', response.fault)
    else if (response.done) {
      const body = this.#body
      this.#finish(false)
      body?.end()
    }
  }

  #closed(): void {
    if (!this.#exchange) {
      this.destroy()
      return
    }
    const cause = this.#error ?? 'the connection closed'
    if (this.#phase === 'open') this.#fail('target_reset', cause)
    else this.#fail(cause instanceof AddressRefused ? 'address_refused' : 'connect_failed', cause)
  }

  override late(): void {
    const time = this.#deadlines.coarseNow
    if (!this.#exchange) this.destroy()
    else if (time >= this.#latest) this.#fail('total_timeout', 'total', { byTarget: !this.#writer.starved })
    else if (this.#phase !== 'open') this.#fail('connect_timeout', this.#phase)
    else if (!this.#settled) this.#fail('response_timeout', 'nothing moved', { termination: 'target_stalled' })
    else this.#fail('response_timeout', 'no answer', { slow: time >= this.#tryLatest })
  }

  #pause(): void {
    this.#paused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#socket.resume()
    this.#watch()
  }

  /** The client has gone, or does not want the rest. */
  cancel(): void {
    const exchange = this.#exchange
    if (!exchange) return
    const settled = this.#settled
    const body = this.#body
    if (!settled) this.#tellStatus()
    this.destroy()
    this.#leave()
    body?.break()
    settled?.(exchange, undefined)
  }

  /** The target is to leave, and its time is over. */
  endWork(): void {
    this.#fail('total_timeout', 'the target is draining', { byTarget: false, termination: 'drained' })
  }

  #fail(code: ErrorCode, cause: unknown, { byTarget = true, slow = false, termination }: Blame = {}): void {
    const exchange = this.#exchange
    if (!exchange) return
    const unsent = this.#phase !== 'open' && 'replayable' in errors[code]
    const stale = code === 'target_reset' && this.#used > 0 && !this.#response.begun
    const failure = { code, cause, byTarget, unsent, stale, slow }
    const settled = this.#settled
    const body = this.#body
    exchange.responseMs = settled ? now() - this.#beganAt : exchange.responseMs
    if (!settled && !byTarget) this.#tellStatus()
    this.destroy()
    recordFailure(exchange, failure, !settled)
    this.#leave()
    if (settled) settled(exchange, failure)
    else {
      exchange.termination = termination ?? code
      body?.break()
    }
  }

  /** The response is over. */
  #finish(exact: boolean): void {
    const { timeouts } = this.#destination ?? unreachable()
    const writer = this.#writer
    this.#tellStatus()
    const keepMs = this.#response.keepMs(timeouts.keepAliveMs)
    // What comes behind a response, and a request that the target has not taken as a whole, would be mixed with the next.
    const clean = exact && writer.sent && this.#socket.writableLength === 0
    this.#used++
    this.#buffer.rest()
    this.#response.rest()
    if (clean && keepMs > 0 && this.#pool.give(this)) {
      this.idleSince = now()
      this.#deadlines.expect(this, keepMs)
      if (this.#paused) this.#socket.resume()
    } else this.destroy()
    const unsent = writer.stop()
    this.#leave()
    unsent?.discard()
  }

  /** The attempt is over, and its answer was as its head says. */
  #tellStatus(): void {
    const { head } = this.#response
    if (head) this.#live.untold?.add(severityOfStatus(head.status))
  }

  /** The exchange has nothing to do with this connection any more. */
  #leave(): void {
    const exchange = this.#exchange
    this.#exchange = undefined
    this.#destination = undefined
    this.#settled = undefined
    this.#body = undefined
    this.#paused = false
    this.#writer.stop()
    if (exchange?.attempt === this) exchange.attempt = undefined
    this.#live.attemptOver()
  }

  /** Ends it, whatever it is doing; nobody is told. */
  destroy(): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.#deadlines.delete(this)
    this.#pool.gone(this)
    this.#socket.destroy()
  }
}

function unreachable(): never {
  throw new Error('unreachable')
}
