import http, { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ErrorCode, errors } from '@switchyard/core/errors'
import type { ListenerConfig } from '../listener.ts'
import { ownAnswer } from '../own-answer.ts'
import { type Arrival, type Serving, serve } from '../serve.ts'
import { ClientConnection } from './client-connection.ts'
import { Http1Reply, type ReplyOptions } from './reply.ts'

/** How long a client that is refused may take to read why. */
const refusalMs = 1000
/** Bytes behind the head of a request to switch protocols that are held until it is answered. */
const earlyBytes = 65_536

/** What a front must know of the listener it belongs to. */
export interface FrontListener {
  readonly config: ListenerConfig
  readonly trusted: (address: string) => boolean
  /** It accepts no more, and what is open ends when it can. */
  readonly closing: boolean
  /** Runs it now, or once the revision that opened the listener serves. */
  whenServing(serve: () => void): void
}

/** Takes requests over HTTP/1.1 from Node's server. */
export class Http1Front {
  readonly server: http.Server
  readonly #listener: FrontListener
  readonly #serving: Serving
  readonly #connections = new Map<Duplex, ClientConnection>()
  readonly #perClient = new Map<string, number>()

  constructor(listener: FrontListener, serving: Serving) {
    this.#listener = listener
    this.#serving = serving
    this.server = http.createServer({
      // Checked on every field by ourselves; Node sees joined ones.
      requireHostHeader: false,
      insecureHTTPParser: false,
      connectionsCheckingInterval: 500,
      requestTimeout: 0,
    })
    // Node would drop what is beyond the count without a word, framing fields included: it is counted in `checkHead`.
    this.server.maxHeadersCount = 0
    this.server.timeout = 0
    this.configure()
    this.server.on('connection', (socket: Socket) => this.#connected(socket))
    this.server.on('request', (request, response) => this.#requested(request, response, false))
    this.server.on('checkContinue', (request, response) => this.#requested(request, response, true))
    // Other expectations are passed over, as RFC 9110, 10.1.1 allows. Node by itself would answer them unchecked.
    this.server.on('checkExpectation', (request, response) => this.#requested(request, response, false))
    this.server.on('upgrade', (request, socket, head) => this.#asked(request, socket as Socket, head))
    this.server.on('connect', (_request, socket) => this.#refuse(socket as Socket, 'method_not_supported'))
    this.server.on('clientError', (error: NodeJS.ErrnoException, socket) => this.#garbled(error, socket as Socket))
    this.server.on('timeout', (socket) => {
      const connection = this.#connections.get(socket)
      if (connection) connection.timedOut()
      else socket.destroy()
    })
  }

  /** The options of the listener have changed. */
  configure(): void {
    const { limits, timeouts } = this.#listener.config
    // Read by Node at each new connection, though only its constructor documents it.
    Object.assign(this.server, { maxHeaderSize: limits.headerBytes })
    this.server.headersTimeout = timeouts.headersMs
    this.server.keepAliveTimeout = timeouts.idleMs
  }

  get connections(): number {
    return this.#connections.size
  }

  /** Ends what is idle. Node counts as busy what has not sent anything yet. */
  closeIdle(): void {
    this.server.closeIdleConnections()
    for (const { socket, busy, upgraded } of this.#connections.values()) {
      if (!busy && !upgraded && socket.bytesRead === 0) socket.destroy()
    }
  }

  destroy(): void {
    for (const { socket } of this.#connections.values()) socket.destroy()
  }

  #connected(socket: Socket): void {
    const { connections, connectionsPerClient } = this.#listener.config.limits
    const connection = new ClientConnection(socket)
    const { ip } = connection
    const ofClient = this.#perClient.get(ip) ?? 0
    const full = connections > 0 && this.#connections.size >= connections
    if (full || (connectionsPerClient > 0 && ofClient >= connectionsPerClient)) {
      socket.destroy()
      return
    }
    this.#connections.set(socket, connection)
    this.#perClient.set(ip, ofClient + 1)
    socket.once('close', () => {
      this.#connections.delete(socket)
      const left = (this.#perClient.get(ip) ?? 1) - 1
      if (left === 0) this.#perClient.delete(ip)
      else this.#perClient.set(ip, left)
    })
  }

  #requested(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const connection = this.#connections.get(request.socket)
    if (!connection) return void request.socket.destroy()
    connection.inTurn(() => {
      this.#listener.whenServing(() => {
        if (connection.socket.destroyed) return
        connection.requests++
        const reply = new Http1Reply(request, response, connection, this.#replyOptions(connection, expectsContinue))
        response.on('error', ignore)
        response.once('close', () => {
          reply.closed()
          // Its head may have been sent before the listener began to close.
          if (this.#listener.closing && !connection.busy) connection.socket.destroySoon()
        })
        void serve(this.#arrival(request, connection, reply, false), this.#serving)
      })
    })
  }

  /** The client asks to switch protocols; Node has let go of the socket. */
  #asked(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', ignore)
    const connection = this.#connections.get(socket)
    if (!connection || connection.busy) {
      // An answer is still under way on this connection, and Node no longer minds it.
      socket.destroy()
      return
    }
    connection.requests++
    connection.upgraded = true
    const early = holdEarly(socket, head)
    const response = new ServerResponse(request)
    response.on('error', ignore)
    response.assignSocket(socket)
    socket.setTimeout(0)
    socket.on('drain', () => {
      if (response.writableNeedDrain) response.emit('drain')
    })
    response.once('finish', () => {
      response.detachSocket(socket)
      socket.destroySoon()
    })
    this.#listener.whenServing(() => {
      const reply = new Http1Reply(request, response, connection, {
        ...this.#replyOptions(connection, false),
        lastOne: () => true,
        takeOver: early,
      })
      socket.once('close', () => reply.closed())
      if (socket.destroyed) return
      void serve(this.#arrival(request, connection, reply, true), this.#serving)
    })
  }

  #replyOptions(connection: ClientConnection, expectsContinue: boolean): ReplyOptions {
    const { bodyIdleMs } = this.#listener.config.timeouts
    const number = connection.requests
    const lastOne = (): boolean => {
      const { requestsPerConnection } = this.#listener.config.limits
      return this.#listener.closing || (requestsPerConnection > 0 && number >= requestsPerConnection)
    }
    return { bodyIdleMs, lastOne, expectsContinue }
  }

  #arrival(request: IncomingMessage, connection: ClientConnection, client: Http1Reply, wantsUpgrade: boolean): Arrival {
    const { config, trusted } = this.#listener
    return {
      head: {
        // Set on every request that a server emits.
        method: request.method ?? '',
        target: request.url ?? '',
        version: request.httpVersion,
        rawHeaders: request.rawHeaders,
      },
      wantsUpgrade,
      listener: config.id,
      limits: config.limits,
      peer: { ip: connection.ip, scheme: config.protocol, trusted },
      port: connection.port,
      client,
    }
  }

  /** What came in is no HTTP, or not in time. */
  #garbled(error: NodeJS.ErrnoException, socket: Socket): void {
    const connection = this.#connections.get(socket)
    // Who opens a connection ahead of need and says nothing is not told off for it.
    const code = socket.bytesRead === 0 ? undefined : codeOf(error)
    if (!connection || code === undefined || connection.refused) return void socket.destroy()
    connection.refused = true
    // The body of a request that is being served: its answer says so.
    if (connection.body && !connection.body.received) {
      connection.body.fail(code)
      return
    }
    if (connection.ending) return
    connection.inTurn(() => this.#refuse(socket, code))
  }

  #refuse(socket: Socket, code: ErrorCode): void {
    if (!socket.writable) return void socket.destroy()
    const { status, headers, body } = ownAnswer(code, this.#serving.requestId(), undefined)
    const text = String(body)
    let head = `HTTP/1.1 ${status} ${http.STATUS_CODES[errors[code].status]}\r\n`
    headers.forEach((_name, value, spelled) => {
      head += `${spelled}: ${value}\r\n`
    })
    socket.on('error', () => {})
    socket.end(`${head}content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`)
    const timer = setTimeout(() => socket.destroy(), refusalMs).unref()
    socket.once('close', () => clearTimeout(timer))
  }
}

/** A response that fails has closed as well, and that is what is acted on. */
function ignore(): void {}

/** How a failure to read a head is answered; undefined when there is nobody to answer. */
function codeOf(error: NodeJS.ErrnoException): ErrorCode | undefined {
  if (error.code === 'HPE_HEADER_OVERFLOW') return 'headers_too_large'
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout'
  return error.code?.startsWith('HPE_') ? 'bad_request' : undefined
}

/**
 * Reads on, so that a client's going is noticed: one that ends its side before it was answered has gone. What it sends is
 * held, within bounds, until it is asked for.
 */
function holdEarly(socket: Socket, head: Buffer): () => readonly Buffer[] {
  const early = head.length > 0 ? [head] : []
  let bytes = head.length
  const hold = (chunk: Buffer): void => {
    early.push(chunk)
    bytes += chunk.length
    if (bytes >= earlyBytes) socket.pause()
  }
  const gone = (): void => void socket.destroy()
  socket.on('data', hold)
  socket.on('end', gone)
  socket.resume()
  return () => {
    socket.pause()
    socket.off('data', hold)
    socket.off('end', gone)
    return early
  }
}
