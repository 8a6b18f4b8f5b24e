import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { GatewayResponse } from '@switchyard/core/middleware/contract'
import type { Exchange } from '../exchange.ts'
import { isHopByHop } from '../hop-by-hop.ts'
import { ownAnswer } from '../own-answer.ts'
import { RequestBody } from '../request-body.ts'
import type { Framing } from '../request-gate.ts'
import { type BodySink, ResponseBody } from '../response-body.ts'
import type { ClientSide } from '../serve.ts'
import type { ClientConnection } from './client-connection.ts'

/** How long what a client still sends is thrown away after its answer, so that it gets to read the answer. */
const lingerMs = 1000

/** A body that nobody reads is thrown away up to this length, instead of closing the connection. */
const passedOverBytes = 65_536

export interface ReplyOptions {
  /** How long a client may take nothing, or send nothing of a body; 0 is no limit. */
  readonly bodyIdleMs: number
  /** Whether the connection ends with this answer; asked when it is sent. */
  readonly lastOne: () => boolean
  /** 100 Continue is awaited by the client. */
  readonly expectsContinue: boolean
  /** Gives up the socket of a request to switch protocols; returns what has come in behind its head. */
  readonly takeOver?: () => readonly Buffer[]
}

/** Answers one request over HTTP/1.1, on Node's response. */
export class Http1Reply implements ClientSide, BodySink {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #connection: ClientConnection
  readonly #options: ReplyOptions
  #exchange: Exchange | undefined
  #requestBody: RequestBody | undefined
  #body: ResponseBody | undefined
  #continued = false

  constructor(request: IncomingMessage, response: ServerResponse, connection: ClientConnection, options: ReplyOptions) {
    this.#request = request
    this.#response = response
    this.#connection = connection
    this.#options = options
  }

  openBody(framing: Framing): RequestBody {
    const request = this.#request
    const connection = this.#connection
    const { bodyIdleMs, expectsContinue } = this.#options
    let listening = false
    const source = {
      pause: () => {
        request.pause()
        connection.awaitBody(body, false, bodyIdleMs)
      },
      resume: () => {
        if (body.received) return
        connection.awaitBody(body, true, bodyIdleMs)
        if (listening) return void request.resume()
        listening = true
        request.on('data', (chunk: Buffer) => body.add(chunk))
        request.on('end', () => {
          connection.awaitBody(body, false, bodyIdleMs)
          body.finish()
        })
        request.on('error', () => body.fail('bad_request'))
        request.on('close', () => body.fail('bad_request'))
      },
    }
    const body: RequestBody = new RequestBody(source, framing.length, () => {
      if (!expectsContinue || this.#response.headersSent) return
      this.#continued = true
      this.#response.writeContinue()
    })
    this.#requestBody = body
    connection.body = body
    return body
  }

  follow(exchange: Exchange): void {
    this.#exchange = exchange
  }

  /** The connection has closed, or the answer is over. */
  closed(): void {
    if (this.#response.writableFinished) this.#exchange?.finish()
    else this.#exchange?.abandon()
    this.#connection.done()
  }

  send(response: GatewayResponse, exchange: Exchange | undefined, close: boolean): void {
    if (response.status === 101) {
      this.#openTunnel(response, exchange)
      return
    }
    // A tunnel that a middleware thought better of.
    exchange?.tunnel?.cancel()
    if (close || !this.#bodyPasses() || this.#options.lastOne()) {
      this.#response.shouldKeepAlive = false
      this.#connection.endAfterThis()
    }
    const { body } = response
    if (body instanceof ResponseBody) this.#body = body
    try {
      this.#writeHead(response)
    } catch (error) {
      this.#unwritable(error, exchange)
      return
    }
    exchange?.releaseLease()
    this.#writeBody(body)
  }

  #writeHead(response: GatewayResponse): void {
    const { status, body } = response
    const bodiless = this.#request.method === 'HEAD' || status === 204 || status === 304
    // A length stays only with the body that it came with; a body that is all here gets one.
    const keepsLength = body instanceof ResponseBody || (body === undefined && bodiless)
    let length = bodiless ? undefined : lengthOf(body)
    const fields: string[] = []
    response.headers.forEach((name, value, spelled) => {
      if (isHopByHop(name)) return
      if (name === 'content-length') {
        if (!keepsLength) return
        length = undefined
      }
      fields.push(spelled, value)
    })
    if (length !== undefined) fields.push('content-length', String(length))
    this.#response.writeHead(status, fields)
  }

  #writeBody(body: GatewayResponse['body']): void {
    if (body === undefined) {
      this.end()
      return
    }
    if (typeof body === 'string' || body instanceof Uint8Array) {
      this.#response.write(body)
      this.end()
      return
    }
    if (body instanceof ResponseBody) {
      const whole = body.whole()
      if (whole === undefined) {
        // A stream of events may be silent for long, and its client waits for the head.
        if (!body.begun) this.#response.flushHeaders()
        body.pipeTo(this)
        return
      }
      if (this.#lingers()) {
        this.write(whole)
        this.end()
        return
      }
      this.#requestBody?.discard()
      this.#response.end(whole)
      return
    }
    this.#response.flushHeaders()
    this.#iterate(body).catch(() => this.fail())
  }

  async #iterate(body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) {
      if (this.#response.destroyed) return
      if (!this.write(chunk)) await this.#drained()
    }
    this.end()
  }

  /** Resolves when the client has taken what was written, or has gone. */
  #drained(): Promise<void> {
    const response = this.#response
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('drain', done)
        response.off('close', done)
        resolve()
      }
      response.on('drain', done)
      response.on('close', done)
    })
  }

  write(chunk: Uint8Array): boolean {
    const response = this.#response
    // A connection that has closed drains nothing; `closed` follows.
    if (response.destroyed) return false
    if (response.write(chunk)) return true
    const { bodyIdleMs } = this.#options
    this.#connection.awaitDrain(true, bodyIdleMs)
    response.once('drain', () => {
      this.#connection.awaitDrain(false, bodyIdleMs)
      this.#body?.resume()
    })
    return false
  }

  end(): void {
    if (!this.#lingers()) {
      this.#requestBody?.discard()
      this.#response.end()
      return
    }
    // Closing on a client that is still sending would reset the connection, and take the answer with it.
    const end = (): void => {
      clearTimeout(timer)
      this.#response.end()
    }
    const timer = setTimeout(end, lingerMs)
    this.#request.once('end', end)
    this.#response.once('close', () => clearTimeout(timer))
    this.#requestBody?.discard()
  }

  /** What is left of the request's body, if anything, is so little that the connection can go on after it. */
  #bodyPasses(): boolean {
    const body = this.#requestBody
    if (body === undefined || body.received || this.#request.complete) return true
    if (body.fault !== undefined || (this.#options.expectsContinue && !this.#continued)) return false
    return body.length !== undefined && body.length <= passedOverBytes
  }

  #lingers(): boolean {
    const body = this.#requestBody
    if (body === undefined || this.#bodyPasses() || this.#request.destroyed) return false
    // It broke off, or the client was never told to begin.
    return body.fault !== 'bad_request' && (!this.#options.expectsContinue || this.#continued)
  }

  fail(): void {
    this.#connection.socket.destroy()
  }

  /** Something in the head cannot be written: of a target, or of a middleware. */
  #unwritable(error: unknown, exchange: Exchange | undefined): void {
    this.#body?.cancel()
    const code = this.#body ? 'bad_response' : 'internal'
    this.#body = undefined
    exchange?.log.error({ err: error, request: exchange.id, code }, 'response cannot be written')
    if (this.#response.headersSent) {
      this.fail()
      return
    }
    const id = exchange?.id ?? ''
    const own = ownAnswer(code, id, exchange?.received.header('accept'))
    this.#writeHead(own)
    this.#writeBody(own.body)
  }

  #openTunnel(response: GatewayResponse, exchange: Exchange | undefined): void {
    const socket: Socket = this.#connection.socket
    const tunnel = exchange?.tunnel
    if (!tunnel) {
      this.fail()
      return
    }
    let head = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${tunnel.protocol}\r\n`
    let writable = true
    response.headers.forEach((name, value, spelled) => {
      if (isHopByHop(name) || name === 'content-length') return
      if (/[^\t\x20-\x7e\x80-\xff]/.test(value) || /[^!#$%&'*+.^_`|~0-9A-Za-z-]/.test(spelled)) writable = false
      head += `${spelled}: ${value}\r\n`
    })
    if (!writable) {
      tunnel.cancel()
      this.#unwritable(new Error('a field of the 101'), exchange)
      return
    }
    const early = this.#options.takeOver?.() ?? []
    this.#response.detachSocket(socket)
    socket.write(`${head}\r\n`, 'latin1')
    exchange?.releaseLease()
    tunnel.open(socket, early)
  }
}

/** How long a body is, as far as that is known before it is sent. */
function lengthOf(body: GatewayResponse['body']): number | undefined {
  if (body === undefined) return 0
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.length
  return body instanceof ResponseBody ? body.whole()?.length : undefined
}
