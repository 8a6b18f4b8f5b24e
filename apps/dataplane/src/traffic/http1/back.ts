import { type ErrorCode, errors, SwitchyardError } from '@switchyard/core/errors'
import type { Dispatcher } from 'undici'
import { AddressRefused } from '../address-policy.ts'
import { recordFailure } from '../attempt-failure.ts'
import { type AttemptFailure, type AttemptOutcome, abandoned, answered } from '../attempt-outcome.ts'
import { timeoutsOf } from '../compiled-route.ts'
import type { Connection } from '../connection-pool.ts'
import { type Deadlines, now, type Timed } from '../deadlines.ts'
import type { Cancellable, Exchange } from '../exchange.ts'
import type { Place } from '../linked-list.ts'
import type { Work } from '../live-target.ts'
import { outgoingFields, outgoingHost, outgoingUrl } from '../outgoing-head.ts'
import { type BodyFlow, ResponseBody } from '../response-body.ts'
import { readResponseHead } from '../response-head.ts'
import type { Upstream, UpstreamTarget } from '../upstream.ts'

/** So many interim responses (1xx) are passed over before a target is taken to be at fault. */
const maxInterim = 100
/** What must not be sent twice goes only on a connection that was idle for less than this, or on a new one. */
const freshMs = 1000

/** RFC 9110, 9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PROPFIND', 'REPORT', 'SEARCH'])

/** May the request be sent again although it may have been executed? */
export function repeatable(exchange: Exchange): boolean {
  return exchange.received.body === undefined && idempotent.has(exchange.outgoing.method)
}

/**
 * One try at one target over HTTP/1.1. Resolves with the head of the response, or with what failed; never rejects. After
 * the head the body flows by itself, until it ends, breaks off or is not wanted any more.
 */
export function attemptHttp(
  exchange: Exchange,
  upstream: Upstream,
  target: UpstreamTarget,
  options: { fresh: boolean; deadlines: Deadlines },
): Promise<AttemptOutcome> {
  return new Promise((resolve) => {
    new HttpAttempt(exchange, upstream, target, options.deadlines, resolve).begin(options.fresh)
  })
}

/** A handler of undici that knows for whom it is waiting. Its callbacks come in the order in which they stand here. */
class HttpAttempt implements Dispatcher.DispatchHandler, Timed, Work, Cancellable, BodyFlow {
  deadline = Number.POSITIVE_INFINITY
  #timed: Place<Timed> | undefined
  #work: Place<Work> | undefined
  readonly #exchange: Exchange
  readonly #upstream: Upstream
  readonly #target: UpstreamTarget
  readonly #deadlines: Deadlines
  readonly #resolve: (outcome: AttemptOutcome) => void
  readonly #timeouts: Upstream['config']['timeouts']
  /** When the whole exchange must be over. */
  readonly #end: number
  #connection: Connection | undefined
  #phase: 'connecting' | 'sending' | 'waiting' | 'answering' | 'over' = 'connecting'
  #abort: ((error?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #responseBegun = false
  #interim = 0
  #body: ResponseBody | undefined
  #paused = false

  constructor(
    exchange: Exchange,
    upstream: Upstream,
    target: UpstreamTarget,
    deadlines: Deadlines,
    resolve: (outcome: AttemptOutcome) => void,
  ) {
    this.#exchange = exchange
    this.#upstream = upstream
    this.#target = target
    this.#deadlines = deadlines
    this.#resolve = resolve
    this.#timeouts = timeoutsOf(exchange.route, upstream)
    const { totalMs } = this.#timeouts
    this.#end = totalMs === 0 ? Number.POSITIVE_INFINITY : exchange.startedAt + totalMs
  }

  begin(fresh: boolean): void {
    const exchange = this.#exchange
    const { live } = this.#target
    const { body } = exchange.received
    live.requests++
    live.inFlight++
    this.#work = live.begin(this)
    exchange.attempt = this
    this.#awaitFor(this.#timeouts.connectMs)
    this.#timed = this.#deadlines.add(this)

    const connection = live.pool.take(fresh ? 0 : repeatable(exchange) ? Number.POSITIVE_INFINITY : freshMs)
    this.#connection = connection
    const headers = outgoingFields(exchange, outgoingHost(exchange, this.#upstream, live))
    if (body?.length !== undefined) headers.push('content-length', String(body.length))
    connection.dispatch(
      {
        path: outgoingUrl(exchange, live),
        method: exchange.outgoing.method as Dispatcher.HttpMethod,
        headers,
        body: body ?? null,
        // The name is the target's, whatever Host says: undici closes a connection whose name changes.
        ...(live.endpoint.secure ? { servername: live.endpoint.host } : undefined),
      } as Dispatcher.DispatchOptions,
      this,
    )
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort
    if (this.#phase === 'over') {
      abort()
      return
    }
    if (this.#exchange.received.body) {
      this.#phase = 'sending'
      this.#awaitFor(this.#timeouts.idleMs)
      // What has begun to flow cannot be sent again: nothing of the runtime is needed any more.
      this.#exchange.releaseLease()
    } else {
      this.#phase = 'waiting'
      this.#awaitFor(this.#timeouts.responseMs)
    }
  }

  onBodySent(): void {
    if (this.#phase === 'sending') this.#awaitFor(this.#timeouts.idleMs)
  }

  onRequestSent(): void {
    if (this.#phase !== 'sending') return
    this.#phase = 'waiting'
    this.#awaitFor(this.#timeouts.responseMs)
  }

  onResponseStarted(): void {
    this.#responseBegun = true
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void, reason: string): boolean {
    if (this.#phase === 'over') return false
    if (status >= 100 && status < 200 && status !== 101) {
      // Interim responses are optional to pass on (RFC 9110, 15.2); these are dropped.
      if (++this.#interim > maxInterim) this.#fail('bad_response', 'too many interim responses')
      return true
    }
    const head = readResponseHead(status, reason, rawHeaders.map(latin1))
    if ('fault' in head) {
      this.#fail('bad_response', head.fault)
      return false
    }
    this.#phase = 'answering'
    this.#resume = resume
    this.#awaitFor(this.#timeouts.idleMs)
    if (status >= 500) this.#target.live.failures++
    this.#body = new ResponseBody(this)
    this.#exchange.response = { status, headers: head, body: this.#body }
    this.#resolve(answered)
    return true
  }

  onData(chunk: Buffer): boolean {
    if (this.#phase !== 'answering') return false
    const more = this.#body?.push(chunk) === true
    if (more) this.#awaitFor(this.#timeouts.idleMs)
    else this.pause()
    return more
  }

  onComplete(): void {
    if (this.#phase === 'over') return
    // A body that ends when the connection does has ended well only if the connection did.
    if (this.#connection?.error) {
      this.#fail('target_reset', this.#connection.error)
      return
    }
    this.#finish()
    if (this.#connection) this.#target.live.pool.give(this.#connection)
    this.#body?.end()
  }

  onError(error: Error): void {
    if (this.#phase === 'over') return
    if (error instanceof SwitchyardError) {
      this.#fail(error.code, error, false)
      return
    }
    const { code } = error as NodeJS.ErrnoException
    if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
      this.#fail('internal', error, false)
      return
    }
    if (this.#phase === 'connecting') {
      this.#fail(error instanceof AddressRefused ? 'address_refused' : 'connect_failed', error)
      return
    }
    const closed = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
    this.#fail(closed ? 'target_reset' : 'bad_response', error)
  }

  late(): void {
    if (now() >= this.#end) {
      this.#fail('total_timeout', 'total')
      return
    }
    if (this.#phase === 'connecting') {
      this.#fail('connect_timeout', 'connect')
      return
    }
    if (this.#phase === 'sending' && this.#exchange.received.body?.readableLength === 0) {
      // It is the client that sends nothing; its front has a time-out for that.
      this.#awaitFor(this.#timeouts.idleMs)
      return
    }
    this.#fail('response_timeout', this.#phase)
  }

  pause(): void {
    // The client does not take it. Its front has a time-out for that.
    this.#paused = true
    this.deadline = this.#end
  }

  resume(): void {
    if (this.#phase !== 'answering' || !this.#paused) return
    this.#paused = false
    this.#awaitFor(this.#timeouts.idleMs)
    this.#resume?.()
  }

  /** The client has gone, or does not want the rest. */
  cancel(): void {
    if (this.#phase === 'over') return
    const waiting = this.#phase !== 'answering'
    this.#finish()
    this.#drop()
    if (waiting) this.#resolve(abandoned)
  }

  /** The target is to leave, and its time is over. */
  end(): void {
    if (this.#phase !== 'over') this.#fail('total_timeout', 'the target is draining', false)
  }

  #awaitFor(ms: number): void {
    this.deadline = ms === 0 ? this.#end : Math.min(now() + ms, this.#end)
  }

  #fail(code: ErrorCode, cause: unknown, byTarget = true): void {
    const phase = this.#phase
    const failure: AttemptFailure = {
      type: 'failed',
      code,
      cause,
      byTarget,
      unsent: phase === 'connecting' && 'replayable' in errors[code],
      stale: code === 'target_reset' && (this.#connection?.used ?? 0) > 0 && !this.#responseBegun,
    }
    this.#finish()
    this.#drop()
    recordFailure(this.#exchange, this.#upstream, this.#target, failure)
    if (phase === 'answering') this.#body?.fail()
    this.#resolve(failure)
  }

  /** Once, however it ends. */
  #finish(): void {
    this.#phase = 'over'
    if (this.#timed) this.#deadlines.delete(this.#timed)
    this.#target.live.inFlight--
    this.#exchange.attempt = undefined
    if (this.#work) this.#target.live.finish(this.#work)
  }

  #drop(): void {
    this.#abort?.()
    this.#connection?.destroy()
  }
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1')
}
