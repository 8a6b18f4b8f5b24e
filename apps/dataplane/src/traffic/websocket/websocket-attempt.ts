import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import httpProxy from 'http-proxy'
import { requestHead } from '../http1/back/request-head.ts'
import { parseResponseHead, type ResponseHead } from '../http1/codec/response-head.ts'
import { outgoingHost, outgoingUrl } from '../outgoing-head.ts'
import type { Tunnelled } from '../tunnelled.ts'
import { accepts, switches } from './handshake.ts'
import { type ProxiedRequest, proxiedFields } from './proxied-request.ts'
import { ProxySide } from './proxy-side.ts'
import { TargetAgent } from './target-agent.ts'
import { UpgradeAttempt } from './upgrade-attempt.ts'
import { WebSocketTunnel } from './websocket-tunnel.ts'

/** So many interim responses (1xx) are passed over before a target is taken to be at fault. */
const maxInterim = 100

// `toProxy` and no `prependPath`: the path goes as it is, not parsed and joined again.
const proxy = httpProxy.createProxyServer({ toProxy: true, prependPath: false })
proxy.on('proxyReqWs', (request, proxied) =>
  // Nobody but an attempt hands it a request.
  (proxied as unknown as ProxiedRequest<WebSocketAttempt>).attempt.sending(request),
)

/**
 * Asks a target for a WebSocket through `http-proxy`, which is given the request, our connection to the target, and a
 * side of its own in place of the client's socket. Once the target has answered, it is out of the way.
 */
export class WebSocketAttempt extends UpgradeAttempt {
  readonly #side = new ProxySide()
  #request: ClientRequest | undefined
  #response: IncomingMessage | undefined
  #interim = 0

  protected override ask(): void {
    const { exchange, live, socket } = this
    const { upstream } = this.destination
    if (requestHead(exchange, upstream, live) === undefined) {
      this.fail('internal', 'a middleware made a request that cannot be sent', { byTarget: false })
      return
    }
    const request: ProxiedRequest<WebSocketAttempt> = {
      method: 'GET',
      url: outgoingUrl(exchange, live),
      httpVersion: '1.1',
      headers: proxiedFields(exchange, outgoingHost(exchange, upstream, live)),
      socket: this.#side,
      connection: this.#side,
      attempt: this,
    }
    // The connection is there, with TLS where it needs that: http-proxy has no part in it.
    const { host, port } = live.endpoint
    const options = { target: { protocol: 'http:', host, port }, agent: new TargetAgent(socket) }
    // It looks at no more of a request than is there, and takes our side for a socket.
    const [asRequest, asSocket] = [request as unknown as IncomingMessage, this.#side as unknown as Socket]
    const errorListeners = socket.listeners('error')
    const endListeners = socket.listeners('end')
    try {
      proxy.ws(asRequest, asSocket, Buffer.alloc(0), options, (error) => this.#broken(error))
    } catch (error) {
      this.fail('internal', error, { byTarget: false })
      return
    }
    // It would pass on with the wrong framing what is no switch.
    this.#request
      ?.removeAllListeners('response')
      .on('response', (response) => this.guarded(() => this.#refused(response)))
    // Behind its own listener: by then it has joined the two sockets, and can be parted from them.
    this.#request?.on('upgrade', (response) => {
      socket.unpipe(this.#side)
      this.#side.unpipe(socket)
      this.#side.destroy()
      // What it listens for holds on to the whole handshake.
      removeOthers(socket, 'error', errorListeners)
      removeOthers(socket, 'end', endListeners)
      this.guarded(() => this.#upgraded(response))
    })
  }

  /** Called before anything is sent. */
  sending(request: ClientRequest): void {
    this.#request = request
    request.on('error', ignore)
    // http-proxy makes one slash of two.
    request.path = outgoingUrl(this.exchange, this.live)
    // Counted when its head is checked; Node would drop the rest without a word.
    request.maxHeadersCount = 0
    request.on('information', () => {
      if (++this.#interim > maxInterim) this.fail('bad_response', 'too many interim responses')
    })
  }

  #upgraded(response: IncomingMessage): void {
    const head = checkedHead(response)
    if ('fault' in head) this.fail('bad_response', head.fault)
    else if (switches(head, 'websocket') && accepts(head, this.exchange.received.header('sec-websocket-key') ?? '')) {
      this.offer(head)
    } else this.fail('bad_response', 'a 101 that does not match')
  }

  /** The target would rather not. */
  #refused(response: IncomingMessage): void {
    response.on('error', ignore)
    const head = checkedHead(response)
    if ('fault' in head || head.status < 200) {
      this.fail('bad_response', 'fault' in head ? head.fault : 'a 101 that switches to nothing')
      return
    }
    this.#response = response
    response.on('data', (chunk: Buffer) => this.received(chunk))
    response.on('end', () => this.finish())
    response.on('close', () => {
      if (this.phase === 'answering') this.fail('target_reset', 'the body broke off')
    })
    this.answer(head)
  }

  #broken(error: Error): void {
    const { code } = error as NodeJS.ErrnoException
    this.fail(code?.startsWith('HPE_') ? 'bad_response' : 'target_reset', error)
  }

  protected override pauseBody(paused: boolean): void {
    if (paused) this.#response?.pause()
    else this.#response?.resume()
  }

  protected override tunnelTo(client: Tunnelled, idleMs: number): WebSocketTunnel {
    return new WebSocketTunnel(this.exchange, this.live, this.socket, client, idleMs)
  }

  protected override drop(): void {
    super.drop()
    this.#request?.destroy()
    this.#side.destroy()
  }
}

/** Node has parsed it; it is held to the same rules as any other. */
function checkedHead(response: IncomingMessage): ResponseHead | { fault: string } {
  const { httpVersion, statusCode = 0, statusMessage = '', rawHeaders } = response
  let text = `HTTP/${httpVersion} ${statusCode} ${statusMessage}\r\n`
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`
  return parseResponseHead(`${text}\r\n`)
}

function removeOthers(socket: Socket, name: string, kept: readonly unknown[]): void {
  for (const listener of socket.listeners(name)) {
    // Whatever listens to a socket takes what the socket says.
    if (!kept.includes(listener)) socket.off(name, listener as () => void)
  }
}

function ignore(): void {}
