import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { type ErrorCode, errors } from '@switchyard/core/errors'
import httpProxy from 'http-proxy'
import { AddressRefused } from '../address-policy.ts'
import { recordFailure } from '../attempt-failure.ts'
import { type AttemptFailure, type AttemptOutcome, abandoned, answered } from '../attempt-outcome.ts'
import { timeoutsOf } from '../compiled-route.ts'
import { type Deadlines, now, type Timed } from '../deadlines.ts'
import type { Exchange, OfferedTunnel } from '../exchange.ts'
import type { Place } from '../linked-list.ts'
import type { Work } from '../live-target.ts'
import { outgoingHost, outgoingUrl } from '../outgoing-head.ts'
import { type BodyFlow, ResponseBody } from '../response-body.ts'
import { readResponseHead } from '../response-head.ts'
import type { Upstream, UpstreamTarget } from '../upstream.ts'
import { agrees } from './handshake.ts'
import { type ProxiedRequest, proxiedFields } from './proxied-request.ts'
import { ProxySide } from './proxy-side.ts'
import { TargetAgent } from './target-agent.ts'
import { Tunnel } from './tunnel.ts'

const unsendable = /[^\x21-\xff]/

/** WebSockets to targets, through `http-proxy`. One per worker. */
export interface WebSocketBack {
  attempt(exchange: Exchange, upstream: Upstream, target: UpstreamTarget): Promise<AttemptOutcome>
}

export function createWebSocketBack(deadlines: Deadlines): WebSocketBack {
  // `toProxy` and no `prependPath`: the path goes as it is, not parsed and joined again.
  const proxy = httpProxy.createProxyServer({ toProxy: true, prependPath: false })
  proxy.on('proxyReqWs', (request, proxied) =>
    (proxied as unknown as ProxiedRequest<WebSocketAttempt>).attempt.sending(request),
  )
  return {
    attempt: (exchange, upstream, target) =>
      new Promise((resolve) => {
        new WebSocketAttempt(exchange, upstream, target, deadlines, resolve).begin(proxy)
      }),
  }
}

/** One try at one target, up to the answer; then the tunnel that the target has agreed to. */
class WebSocketAttempt implements Timed, Work, OfferedTunnel, BodyFlow {
  deadline = Number.POSITIVE_INFINITY
  #timed: Place<Timed> | undefined
  #work: Place<Work> | undefined
  readonly protocol = 'websocket'
  readonly #exchange: Exchange
  readonly #upstream: Upstream
  readonly #target: UpstreamTarget
  readonly #deadlines: Deadlines
  readonly #resolve: (outcome: AttemptOutcome) => void
  readonly #timeouts: Upstream['config']['timeouts']
  readonly #proxy = new ProxySide()
  #phase: 'connecting' | 'waiting' | 'answering' | 'offered' | 'over' = 'connecting'
  #socket: Socket | undefined
  #request: ClientRequest | undefined
  #response: IncomingMessage | undefined
  #body: ResponseBody | undefined

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
  }

  begin(server: httpProxy): void {
    const exchange = this.#exchange
    const { live } = this.#target
    live.requests++
    live.inFlight++
    this.#work = live.begin(this)
    exchange.attempt = this
    this.#awaitFor(this.#timeouts.connectMs)
    this.#timed = this.#deadlines.add(this)

    const { endpoint } = live
    const url = outgoingUrl(exchange, live)
    if (unsendable.test(url)) {
      this.#fail('internal', 'a middleware made a path that cannot be sent', false)
      return
    }
    const request: ProxiedRequest<WebSocketAttempt> = {
      method: 'GET',
      url,
      httpVersion: '1.1',
      headers: proxiedFields(exchange, outgoingHost(exchange, this.#upstream, live)),
      socket: this.#proxy,
      connection: this.#proxy,
      attempt: this,
    }
    const agent = new TargetAgent(endpoint, (socket) => this.#own(socket))
    const target = {
      protocol: endpoint.secure ? 'https:' : 'http:',
      host: endpoint.host,
      hostname: endpoint.host,
      port: endpoint.port,
    }
    try {
      // It looks at no more of a request than is there, and takes our end for a socket.
      const { asRequest, asSocket } = {
        asRequest: request as unknown as IncomingMessage,
        asSocket: this.#proxy as unknown as Socket,
      }
      server.ws(asRequest, asSocket, Buffer.alloc(0), { target, agent }, (error) => this.#broken(error))
    } catch (error) {
      this.#fail('internal', error, false)
    }
  }

  #own(socket: Socket): void {
    this.#socket = socket
    socket.on('error', () => {})
    socket.once(this.#target.live.endpoint.secure ? 'secureConnect' : 'connect', () => {
      if (this.#phase !== 'connecting') return
      this.#phase = 'waiting'
      this.#awaitFor(this.#timeouts.responseMs)
    })
  }

  /** Called before `http-proxy` listens to the request itself, so that these listeners come first. */
  sending(request: ClientRequest): void {
    this.#request = request
    // http-proxy makes one slash of two.
    request.path = outgoingUrl(this.#exchange, this.#target.live)
    request.maxHeadersCount = 0
    request.on('information', ({ statusCode }) => {
      if (statusCode === 101) this.#fail('bad_response', 'a 101 that switches to nothing')
    })
    request.on('response', (response) => {
      // http-proxy passes on what it takes for no upgrade, with the wrong framing. It leaves this one alone.
      Object.assign(response, { upgrade: true })
      this.#answered(response)
    })
    request.on('upgrade', (response, socket) => this.#upgraded(response, socket as Socket))
  }

  /** The target would rather not: what it says goes to the client as an ordinary answer. */
  #answered(response: IncomingMessage): void {
    response.on('error', () => {})
    if (this.#phase !== 'waiting') return void response.destroy()
    const { statusCode = 0, statusMessage = '', rawHeaders } = response
    const head = readResponseHead(statusCode, statusMessage, rawHeaders)
    if ('fault' in head) {
      this.#fail('bad_response', head.fault)
      return
    }
    this.#phase = 'answering'
    this.#response = response
    if (statusCode >= 500) this.#target.live.failures++
    const body = new ResponseBody(this)
    this.#body = body
    response.on('data', (chunk: Buffer) => {
      this.#awaitFor(this.#timeouts.idleMs)
      if (!body.push(chunk)) this.pause()
    })
    response.on('end', () => {
      if (this.#phase !== 'answering') return
      this.#finish()
      body.end()
    })
    response.on('close', () => {
      if (this.#phase === 'answering') this.#fail('target_reset', 'the body broke off')
    })
    this.#awaitFor(this.#timeouts.idleMs)
    this.#exchange.response = { status: statusCode, headers: head, body }
    this.#resolve(answered)
  }

  #upgraded(response: IncomingMessage, socket: Socket): void {
    if (this.#phase !== 'waiting') {
      this.#refuse(socket)
      return
    }
    // Its head is held to the same rules as any other; that it is a 101 is looked at next.
    const head = readResponseHead(200, response.statusMessage ?? '', response.rawHeaders)
    if ('fault' in head) {
      this.#refuse(socket, head.fault)
      return
    }
    const { upgrade } = response.headers
    if (upgrade !== undefined) head.set('upgrade', upgrade)
    const key = this.#exchange.received.header('sec-websocket-key') ?? ''
    if (!agrees(response.statusCode, head, key)) {
      this.#refuse(socket, 'a 101 that does not match')
      return
    }
    head.delete('upgrade')
    head.delete('content-length')

    this.#phase = 'offered'
    this.#awaitFor(this.#timeouts.responseMs)
    this.#exchange.response = { status: 101, headers: head, body: undefined }
    this.#exchange.tunnel = this
    this.#resolve(answered)
  }

  /** `http-proxy` goes on to join the sockets in this same moment; it joins them to nothing. */
  #refuse(socket: Socket, fault?: string): void {
    this.#proxy.discard()
    socket.on('error', () => {})
    setImmediate(() => socket.destroy())
    if (fault !== undefined) this.#fail('bad_response', fault)
  }

  open(client: Socket, early: readonly Buffer[]): void {
    const { live } = this.#target
    const socket = this.#socket
    if (this.#phase !== 'offered' || !socket) {
      client.destroy()
      return
    }
    const tunnel = new Tunnel(client, this.#proxy, socket, live, {
      deadlines: this.#deadlines,
      idleMs: this.#timeouts.tunnelIdleMs,
    })
    tunnel.open(early)
    this.#finish()
  }

  #broken(error: Error): void {
    const { code } = error as NodeJS.ErrnoException
    if (this.#phase === 'connecting') {
      this.#fail(error instanceof AddressRefused ? 'address_refused' : 'connect_failed', error)
      return
    }
    if (this.#phase === 'waiting') this.#fail(code?.startsWith('HPE_') ? 'bad_response' : 'target_reset', error)
  }

  late(): void {
    this.#fail(this.#phase === 'connecting' ? 'connect_timeout' : 'response_timeout', this.#phase)
  }

  pause(): void {
    this.deadline = Number.POSITIVE_INFINITY
    this.#response?.pause()
  }

  resume(): void {
    if (this.#phase !== 'answering') return
    this.#awaitFor(this.#timeouts.idleMs)
    this.#response?.resume()
  }

  cancel(): void {
    if (this.#phase === 'over') return
    const waiting = this.#phase === 'connecting' || this.#phase === 'waiting'
    this.#finish()
    this.#drop()
    if (waiting) this.#resolve(abandoned)
  }

  end(): void {
    if (this.#phase !== 'over') this.#fail('total_timeout', 'the target is draining', false)
  }

  #awaitFor(ms: number): void {
    this.deadline = ms === 0 ? Number.POSITIVE_INFINITY : now() + ms
  }

  #fail(code: ErrorCode, cause: unknown, byTarget = true): void {
    if (this.#phase === 'over') return
    const phase = this.#phase
    const unsent = phase === 'connecting' && 'replayable' in errors[code]
    const failure: AttemptFailure = { type: 'failed', code, cause, byTarget, unsent, stale: false }
    this.#finish()
    this.#drop()
    recordFailure(this.#exchange, this.#upstream, this.#target, failure)
    if (phase === 'answering') this.#body?.fail()
    this.#resolve(failure)
  }

  /** Once, however it ends. An open tunnel has counters and deadlines of its own. */
  #finish(): void {
    this.#phase = 'over'
    if (this.#timed) this.#deadlines.delete(this.#timed)
    this.#target.live.inFlight--
    this.#exchange.attempt = undefined
    if (this.#work) this.#target.live.finish(this.#work)
  }

  #drop(): void {
    this.#request?.destroy()
    this.#socket?.destroy()
    this.#proxy.destroy()
  }
}
