import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Backend, startBackend } from './backend.ts'
import { bytesOf } from './bytes-of.ts'

/** What a moody backend may do with a request; it is the first segment of its path. */
export const moods = ['good', 'silent', 'reset', 'garbage', 'cut', 'early'] as const
export type Mood = (typeof moods)[number]

export interface MoodyBackend extends Backend {
  /** What Node's parser said of what reached it. */
  readonly faults: readonly string[]
  /** Ids of requests that were read to their end, in the order of it. */
  readonly seen: readonly string[]
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * A backend that does with each request what its path says: `/good/SEED/LENGTH/MS`, and so on for the other moods. A good
 * answer has `bytesOf(SEED, LENGTH)` as its body, in pieces MS apart, the request's id as `x-seen`, and the hash of the
 * request's body as `x-sum`. Who asks to switch gets an echo.
 */
export async function startMoodyBackend(): Promise<MoodyBackend> {
  const faults: string[] = []
  const seen: string[] = []

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [mood, seed, length, ms] = (request.url ?? '/').split('/').slice(-4)
    const { socket } = request
    // Else Node would not see that the other end has closed.
    if (mood !== 'good') request.resume()
    if (mood === 'reset') socket.resetAndDestroy()
    else if (mood === 'garbage') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello')
    else if (mood === 'cut') cut(socket)
    else if (mood === 'early') response.writeHead(413, { 'content-length': 5, connection: 'close' }).end('early')
    else if (mood === 'good') await good(request, response, Number(seed), Number(length), Number(ms))
  }

  async function good(
    request: IncomingMessage,
    response: ServerResponse,
    seed: number,
    length: number,
    ms: number,
  ): Promise<void> {
    const hash = createHash('sha256')
    for await (const chunk of request) {
      hash.update(chunk)
      if (ms > 5) await pause(1)
    }
    const id = String(request.headers['x-request-id'])
    seen.push(id)
    const body = bytesOf(seed, length)
    const framing = seed % 2 === 0 ? { 'content-length': length } : {}
    await pause(ms)
    response.writeHead(200, { 'x-seen': id, 'x-sum': hash.digest('hex'), ...framing })
    const middle = Math.floor(length / 3)
    if (middle > 0) response.write(body.subarray(0, middle))
    await pause(ms)
    response.end(body.subarray(middle))
  }

  const backend = await startBackend((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  backend.server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket) => {
    // That a request breaks off is no fault of who passes on what there is.
    if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') faults.push(code)
    socket.destroy()
  })
  backend.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const protocol = request.headers.upgrade
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`)
    socket.write(head)
    socket.pipe(socket)
  })
  return { ...backend, faults, seen }
}

function cut(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
  setTimeout(() => socket.destroy(), 20)
}
