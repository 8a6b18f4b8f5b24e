/**
 * All the backends of the soak, in one process: every target has a port of its own. They count how often each request
 * id was seen, so that at the end a lost or doubled one shows.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { serveParent } from '../children.ts'
import { patternAt } from '../pattern.ts'

export type BackendQuestion =
  | { readonly type: 'open'; readonly count: number }
  /** How the ids from 1 to this one were seen. */
  | { readonly type: 'count'; readonly last: number }

export interface BackendAnswer {
  readonly ports: readonly number[]
  /** Ids that no backend has seen; the first few. */
  readonly missing: readonly number[]
  /** Ids that were seen more than once; the first few. */
  readonly repeated: readonly number[]
  /** Connections that are open now. */
  readonly sockets: number
}

const few = 10
let seen = new Uint8Array(1 << 16)
const servers: Server[] = []
let sockets = 0

serveParent<BackendQuestion, BackendAnswer>(async (question) => {
  if (question.type === 'open') await Promise.all(Array.from({ length: question.count }, open))
  const ids = question.type === 'count' ? Array.from({ length: question.last }, (_, i) => i + 1) : []
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    missing: ids.filter((id) => !seen[id]).slice(0, few),
    repeated: ids.filter((id) => (seen[id] ?? 0) > 1).slice(0, few),
    sockets,
  }
})

async function open(): Promise<void> {
  const server = createServer(answer)
  // Said in every answer, so the node closes unused connections a second earlier.
  server.keepAliveTimeout = 3000
  server.requestTimeout = 0
  server.on('connection', (socket) => {
    sockets++
    socket.on('close', () => sockets--)
  })
  const webSockets = new WebSocketServer({ server })
  webSockets.on('connection', (socket) => {
    socket.on('error', () => {})
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const id = Number(request.headers['x-soak-id'] ?? 0)
  if (id > 0) note(id)
  const url = new URL(request.url ?? '/', 'http://backend')
  if (url.pathname === '/files/download') download(response, Number(url.searchParams.get('bytes')))
  else if (url.pathname === '/events') events(response)
  else if (request.method === 'POST') upload(request, response)
  else response.end(`${id}`)
}

function note(id: number): void {
  if (id >= seen.length) {
    const more = new Uint8Array(id * 2)
    more.set(seen)
    seen = more
  }
  seen[id] = Math.min(255, (seen[id] ?? 0) + 1)
}

/** What came, told back as a checksum. */
function upload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256')
  request.on('data', (chunk: Buffer) => hash.update(chunk))
  request.on('end', () => response.end(hash.digest('hex')))
  request.on('error', () => {})
}

/** Half of the downloads say how long they are. */
function download(response: ServerResponse, bytes: number): void {
  response.writeHead(200, bytes % 2 === 0 ? { 'content-length': bytes } : {})
  let sent = 0
  const more = () => {
    while (sent < bytes && !response.destroyed) {
      const part = patternAt(sent, bytes - sent)
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

/** An event every half second, numbered. */
function events(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let number = 0
  const timer = setInterval(() => response.write(`id: ${number}\ndata: ${number++}\n\n`), 500)
  response.on('close', () => clearInterval(timer))
}
