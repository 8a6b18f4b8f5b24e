import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocketServer } from 'ws'

/**
 * A real backend that says who it is: `GET /` answers its name, `/slow?ms=` waits, `/download?bytes=&chunkMs=` streams
 * a pattern, a POST is echoed, a WebSocket echoes.
 */
export class Backend {
  readonly name: string
  readonly server: Server
  readonly sockets = new Set<Socket>()
  readonly webSockets: WebSocketServer
  requests = 0
  /** Answers in place of what is said above; false leaves the request to that. */
  mood: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined

  private constructor(name: string) {
    this.name = name
    this.server = createServer((request, response) => {
      this.requests++
      if (this.mood?.(request, response)) return
      const url = new URL(request.url ?? '/', 'http://backend')
      response.setHeader('x-backend', name)
      response.setHeader('x-saw-host', request.headers.host ?? '')
      if (request.method === 'POST') {
        response.writeHead(200)
        request.pipe(response)
      } else if (url.pathname === '/download') {
        void download(response, Number(url.searchParams.get('bytes')), Number(url.searchParams.get('pauseMs') ?? 0))
      } else if (url.pathname === '/slow') {
        setTimeout(() => response.end(name), Number(url.searchParams.get('ms')))
      } else {
        response.end(name)
      }
    })
    this.server.keepAliveTimeout = 120_000
    this.server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.webSockets = new WebSocketServer({ server: this.server })
    this.webSockets.on('connection', (socket) => {
      socket.on('error', () => {})
      socket.on('message', (data, isBinary) => socket.send(isBinary ? data : `${name}: ${data.toString()}`))
    })
  }

  static async start(name: string, port = 0): Promise<Backend> {
    const backend = new Backend(name)
    backend.server.listen(port, '127.0.0.1')
    await once(backend.server, 'listening')
    return backend
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async close(): Promise<void> {
    this.webSockets.close()
    for (const client of this.webSockets.clients) client.terminate()
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
    await Promise.race([once(this.server, 'close'), sleep(2000)])
  }
}

/** The byte at a place of a download: every place has its own, so that a lost or doubled chunk shows. */
export function downloadByte(offset: number): number {
  return (offset * 31 + (offset >> 8)) & 0xff
}

async function download(response: ServerResponse, bytes: number, pauseMs: number): Promise<void> {
  response.writeHead(200, { 'content-length': bytes, 'content-type': 'application/octet-stream' })
  const size = 65_536
  for (let sent = 0; sent < bytes && !response.destroyed; sent += size) {
    const chunk = Buffer.allocUnsafe(Math.min(size, bytes - sent))
    for (let i = 0; i < chunk.length; i++) chunk[i] = downloadByte(sent + i)
    if (!response.write(chunk)) await writable(response)
    if (pauseMs > 0) await sleep(pauseMs)
  }
  response.end()
}

/** Until the response takes more, or is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
