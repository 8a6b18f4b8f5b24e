import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import { WebSocketServer } from 'ws'

export interface Backend {
  readonly port: number
  readonly url: string
  /** Sockets that are open now. */
  readonly sockets: ReadonlySet<Socket>
  [Symbol.asyncDispose](): Promise<void>
}

/** A backend that speaks HTTP. */
export function startBackend(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Backend & { server: http.Server }> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, answer)
  return listen(server).then((backend) => ({ ...backend, server }))
}

/** Answers with its name; echoes WebSockets. */
export async function startNamed(name: string): Promise<Backend & { server: http.Server }> {
  const backend = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => response.end(name))
  })
  new WebSocketServer({ server: backend.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
    socket.on('error', () => {})
  })
  return backend
}

/** A backend that does what it likes with a connection. */
export function startRawBackend(connected: (socket: Socket, index: number) => void): Promise<Backend> {
  let count = 0
  return listen(net.createServer((socket) => connected(socket, count++)))
}

function listen(server: net.Server): Promise<Backend> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      // It listens on a port.
      const { port } = server.address() as AddressInfo
      resolve({
        port,
        url: `http://127.0.0.1:${port}`,
        sockets,
        [Symbol.asyncDispose]: () =>
          new Promise<void>((closed) => {
            server.close(() => closed())
            for (const socket of sockets) socket.destroy()
          }),
      })
    })
  })
}

/** A raw backend that waits for the head of each request and then writes this, `close` saying how it goes on. */
export function answering(text: string, close: 'keep' | 'fin' | 'rst' = 'keep'): (socket: Socket) => void {
  return (socket) => {
    let seen = ''
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      for (let end = seen.indexOf('\r\n\r\n'); end >= 0; end = seen.indexOf('\r\n\r\n')) {
        seen = seen.slice(end + 4)
        socket.write(text, 'latin1', () => {
          if (close === 'fin') socket.end()
          // The bytes before the reset have to arrive first.
          if (close === 'rst') setTimeout(() => socket.resetAndDestroy(), 30)
        })
      }
    })
  }
}
