import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { patternAt } from '../pattern.ts'

/** Uses everything that a browser can ask a gateway for; what it saw is its title at the end. */
const page = readFileSync(new URL('page.html', import.meta.url))

/** How long the body of `/range` is. */
export const rangedBytes = 100_000

/** The entity tag of `/etag`. */
export const entityTag = '"the-only-one"'

/**
 * What stands behind everything else: `/bytes?n=` (and `chunked`) sends so much of the pattern, `/echo` what it got, `/duplex` what it gets,
 * `/etag`, `/range` and `/empty` what a cache, a player and a form ask for, `/trailers` a field after the body, `/events`
 * three events, `/slow` an answer that never ends by itself; a WebSocket echoes.
 */
export class ReferenceBackend {
  readonly server: Server
  readonly sockets = new Set<Socket>()
  /** Heads as they came, the last one last. */
  readonly seen: IncomingMessage[] = []
  readonly #webSockets: WebSocketServer

  private constructor() {
    this.server = createServer((request, response) => {
      this.seen.push(request)
      if (this.seen.length > 1000) this.seen.shift()
      answer(request, response)
    })
    // Whoever asks closes unused connections.
    this.server.keepAliveTimeout = 0
    this.server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.#webSockets = new WebSocketServer({ server: this.server, maxPayload: 64 * 1_048_576 })
    this.#webSockets.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    })
  }

  static async start(): Promise<ReferenceBackend> {
    const backend = new ReferenceBackend()
    backend.server.listen(0, '127.0.0.1')
    await once(backend.server, 'listening')
    return backend
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#webSockets.close()
    for (const client of this.#webSockets.clients) client.terminate()
    this.server.close()
    this.server.closeAllConnections()
    await Promise.resolve()
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://backend')
  if (url.pathname === '/bytes') sendBytes(response, url.searchParams)
  else if (url.pathname === '/echo') void echo(request, response)
  else if (url.pathname === '/duplex') request.pipe(response)
  else if (url.pathname === '/etag') sendTagged(request, response)
  else if (url.pathname === '/range') sendRange(request, response)
  else if (url.pathname === '/trailers') sendTrailers(response)
  else if (url.pathname === '/events') sendEvents(response)
  else if (url.pathname === '/slow') response.write('once')
  else if (url.pathname === '/empty') response.writeHead(204).end()
  else if (url.pathname === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  else response.writeHead(404).end()
}

function sendBytes(response: ServerResponse, query: URLSearchParams): void {
  const length = Number(query.get('n'))
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    ...(query.has('chunked') ? {} : { 'content-length': length }),
  })
  let sent = 0
  const more = () => {
    while (sent < length && !response.destroyed) {
      const part = patternAt(sent, length - sent)
      sent += part.length
      if (!response.write(part)) {
        response.once('drain', more)
        return
      }
    }
    response.end()
  }
  more()
}

/** All of it when it is all there: with a length, or chunked, as it came. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  } catch {
    // Whoever sent it has gone.
    return
  }
  const length = request.headers['content-length']
  response.writeHead(200, length === undefined ? {} : { 'content-length': length })
  for (const chunk of chunks) response.write(chunk)
  response.end()
}

function sendTagged(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('etag', entityTag)
  if (request.headers['if-none-match'] === entityTag) response.writeHead(304).end()
  else response.end('tagged')
}

/** RFC 9110, 14.2, for one range. */
function sendRange(request: IncomingMessage, response: ServerResponse): void {
  const whole = Buffer.concat([patternAt(0, 60_000), patternAt(60_000, rangedBytes - 60_000)])
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  response.setHeader('accept-ranges', 'bytes')
  if (from === undefined || to === undefined) {
    response.end(whole)
    return
  }
  const part = whole.subarray(Number(from), Number(to) + 1)
  response.writeHead(206, {
    'content-range': `bytes ${from}-${to}/${rangedBytes}`,
    'content-length': part.length,
  })
  response.end(part)
}

function sendTrailers(response: ServerResponse): void {
  response.writeHead(200, { trailer: 'x-after' })
  response.write('with ')
  response.addTrailers({ 'x-after': 'the end' })
  response.end('trailers')
}

function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let number = 0
  const timer = setInterval(() => {
    response.write(`data: ${number++}\n\n`)
    if (number < 3) return
    clearInterval(timer)
    response.end()
  }, 100)
  response.on('close', () => clearInterval(timer))
}
