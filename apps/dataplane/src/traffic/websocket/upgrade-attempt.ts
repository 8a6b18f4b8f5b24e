import type { Socket } from 'node:net'
import { type ErrorCode, errors } from '@switchyard/core/errors'
import { AddressRefused } from '../address-policy.ts'
import { recordFailure } from '../attempt-failure.ts'
import type { Blame, Settled } from '../attempt-outcome.ts'
import { severityOfStatus } from '../attempt-severity.ts'
import { type BodyFlow, BodyStream } from '../body-stream.ts'
import type { Destination } from '../compiled-route.ts'
import { type Deadlines, now, Timed } from '../deadlines.ts'
import type { Cancellable, Exchange, OfferedTunnel } from '../exchange.ts'
import type { ResponseHead } from '../http1/codec/response-head.ts'
import type { LiveTarget, Work } from '../live-target.ts'
import type { Tunnelled } from '../tunnelled.ts'
import type { Tunnel } from './tunnel.ts'

/**
 * One try at one target to switch protocols, over a connection of its own: up to the answer, then the tunnel that the
 * target has agreed to, or the body of what it says instead.
 */
export abstract class UpgradeAttempt extends Timed implements BodyFlow, Cancellable, OfferedTunnel, Work {
  /** As the client asked for it, in lower case; then as the target named it. */
  protocol: string
  protected readonly exchange: Exchange
  protected readonly live: LiveTarget
  protected readonly destination: Destination
  protected readonly socket: Socket
  /** Ends with `answering`, or with `offered` when it becomes a tunnel. */
  protected phase: 'connecting' | 'securing' | 'waiting' | 'offered' | 'answering' | 'over' = 'connecting'
  protected body: BodyStream | undefined
  readonly #settled: Settled
  readonly #deadlines: Deadlines
  readonly #beganAt = now()
  /** The exchange must be over by then, and this try have come to a head. */
  readonly #latest: number
  readonly #tryLatest: number
  #error: Error | undefined
  #askedAt = Number.NaN
  /** Of the answer, once it is here and not told. */
  #status = 0
  #paused = false

  constructor(exchange: Exchange, protocol: string, live: LiveTarget, destination: Destination, settled: Settled) {
    super()
    this.exchange = exchange
    this.protocol = protocol
    this.live = live
    this.destination = destination
    this.#settled = settled
    this.#deadlines = live.services.deadlines
    const { timeouts, retries } = destination
    this.#latest = timeouts.totalMs === 0 ? Number.POSITIVE_INFINITY : exchange.startedAt + timeouts.totalMs
    const tryLatest = retries.perTryMs === 0 ? Number.POSITIVE_INFINITY : this.#beganAt + retries.perTryMs
    this.#tryLatest = Math.min(tryLatest, this.#latest)
    this.socket = live.openSocket(exchange.target?.security)
  }

  begin(): void {
    const { exchange, live, socket } = this
    exchange.attempt = this
    exchange.connectMs = Number.NaN
    live.begin(this)
    this.#deadlines.add(this)
    this.#deadlines.expect(this, this.destination.timeouts.connectMs, this.#tryLatest)
    socket.on('error', this.#failed)
    socket.on('connect', this.#connected)
    socket.on('secureConnect', this.#open)
    socket.on('close', this.#closed)
  }

  readonly #failed = (error: Error): void => {
    this.#error = error
  }

  readonly #connected = (): void => {
    if (this.phase !== 'connecting') return
    if (this.live.secure) {
      this.phase = 'securing'
      this.#deadlines.expect(this, this.destination.timeouts.tlsMs, this.#tryLatest)
    } else this.#open()
  }

  readonly #open = (): void => {
    if (this.phase === 'over') return
    this.phase = 'waiting'
    this.#askedAt = now()
    this.exchange.connectMs = this.#askedAt - this.#beganAt
    this.#deadlines.expect(this, this.destination.timeouts.responseMs, this.#tryLatest)
    this.ask()
  }

  /** The target has closed the connection. */
  readonly #closed = (): void => {
    const cause = this.#error ?? 'the connection closed'
    if (this.phase !== 'connecting' && this.phase !== 'securing') this.fail('target_reset', cause)
    else this.fail(cause instanceof AddressRefused ? 'address_refused' : 'connect_failed', cause)
  }

  /** The connection is there: asks the target to switch. */
  protected abstract ask(): void

  /** The target would rather not: what it says goes to the client as an ordinary answer. */
  protected answer({ status, headers, length }: ResponseHead): void {
    this.phase = 'answering'
    this.#status = status
    if (status >= 500) this.live.failures++
    const bodiless = status === 204 || status === 304 || length === 0
    if (status === 304 && length >= 0) headers.append('Content-Length', String(length))
    this.body = bodiless ? undefined : new BodyStream(this, length)
    this.exchange.response = { status, headers, body: this.body }
    this.#deadlines.expect(this, this.destination.timeouts.idleMs, this.#latest)
    this.#answered()
    if (bodiless) this.finish()
  }

  /** The target has agreed. */
  protected offer({ headers, upgrade }: ResponseHead): void {
    this.phase = 'offered'
    this.protocol = upgrade ?? this.protocol
    this.exchange.response = { status: 101, headers, body: undefined }
    this.exchange.tunnel = this
    this.#status = 101
    this.#deadlines.expect(this, this.destination.timeouts.responseMs, this.#latest)
    this.#answered()
  }

  #answered(): void {
    const time = now()
    this.exchange.responseMs = time - this.#beganAt
    this.exchange.answerMs = time - this.#askedAt
    this.#settled(this.exchange, undefined)
  }

  /** Bytes of the body of an answer. */
  protected received(chunk: Buffer): void {
    if (this.phase !== 'answering') return
    const more = this.body?.push(chunk) !== false
    if (this.#paused) return
    this.#deadlines.expect(this, this.destination.timeouts.idleMs, this.#latest)
    if (more) return
    // The client does not take it. Its front has a time-out for that.
    this.#paused = true
    this.#deadlines.expect(this, 0, this.#latest)
    this.pauseBody(true)
  }

  /** The answer is over. */
  protected finish(): void {
    if (this.phase !== 'answering') return
    const { body } = this
    this.#tellStatus()
    this.#leave()
    this.socket.destroy()
    body?.end()
  }

  protected abstract pauseBody(paused: boolean): void

  resume(): void {
    if (this.phase !== 'answering' || !this.#paused) return
    this.#paused = false
    this.#deadlines.expect(this, this.destination.timeouts.idleMs, this.#latest)
    this.pauseBody(false)
  }

  open(client: Tunnelled): void {
    if (this.phase !== 'offered') {
      client.socket.destroy()
      client.over()
      return
    }
    const { socket } = this
    this.#tellStatus()
    socket.off('error', this.#failed)
    socket.off('connect', this.#connected)
    socket.off('secureConnect', this.#open)
    socket.off('close', this.#closed)
    // There is nothing to cancel any more, also where the tunnel is over as soon as it is opened.
    this.phase = 'over'
    // The exchange lives as long as the tunnel, for the log; what has been told is let go of.
    this.exchange.tunnel = undefined
    this.exchange.response = undefined
    this.tunnelTo(client, this.destination.timeouts.tunnelIdleMs).open(client.early)
    this.#leave()
  }

  protected abstract tunnelTo(client: Tunnelled, idleMs: number): Tunnel

  late(): void {
    const time = this.#deadlines.coarseNow
    if (time >= this.#latest) this.fail('total_timeout', 'total')
    else if (this.phase === 'connecting' || this.phase === 'securing') this.fail('connect_timeout', this.phase)
    else if (this.phase === 'waiting') this.fail('response_timeout', 'no answer', { slow: time >= this.#tryLatest })
    else if (this.phase === 'answering')
      this.fail('response_timeout', 'nothing moved', { termination: 'target_stalled' })
    else this.fail('total_timeout', 'a middleware takes too long over the answer', { byTarget: false })
  }

  /** The client has gone, or does not want the rest. */
  cancel(): void {
    const { phase, body } = this
    if (phase === 'over') return
    this.#tellStatus()
    this.#leave()
    this.drop()
    body?.break()
    if (phase !== 'answering' && phase !== 'offered') this.#settled(this.exchange, undefined)
  }

  /** The target is to leave, and its time is over. */
  end(): void {
    this.fail('total_timeout', 'the target is draining', { byTarget: false, termination: 'drained' })
  }

  protected fail(code: ErrorCode, cause: unknown, { byTarget = true, slow = false, termination }: Blame = {}): void {
    const { phase, body, exchange } = this
    if (phase === 'over') return
    const unsent = (phase === 'connecting' || phase === 'securing') && 'replayable' in errors[code]
    const failure = { code, cause, byTarget, unsent, stale: false, slow }
    const settled = phase === 'answering' || phase === 'offered'
    if (!settled) exchange.responseMs = now() - this.#beganAt
    this.#leave()
    this.drop()
    if (!byTarget) this.#tellStatus()
    recordFailure(exchange, failure, settled)
    if (!settled) this.#settled(exchange, failure)
    else {
      exchange.termination = termination ?? code
      body?.break()
    }
  }

  /** The attempt is over, and its answer was as its head says; once, and only where there was one. */
  #tellStatus(): void {
    if (this.#status !== 0) this.live.untold?.add(severityOfStatus(this.#status))
    this.#status = 0
  }

  /** Nothing that a target sends may end the process. */
  protected guarded(read: () => void): void {
    try {
      read()
    } catch (error) {
      const { exchange, live } = this
      exchange.log.error({ err: error, request: exchange.id, target: live.id }, 'reading a response failed')
      this.fail('internal', error, { byTarget: false })
    }
  }

  /** Once, however it ends. An open tunnel has counters and deadlines of its own. */
  #leave(): void {
    this.phase = 'over'
    this.body = undefined
    this.#deadlines.delete(this)
    if (this.exchange.attempt === this) this.exchange.attempt = undefined
    this.live.attemptOver()
    this.live.finish(this)
  }

  /** Ends the connection and whatever has to do with it. */
  protected drop(): void {
    this.socket.destroy()
  }
}
