import net, { type AddressInfo, type Socket } from 'node:net'

const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\nX-Backend: yes\r\n\r\nok'
const answerToHead = answer.slice(0, -2)

/** Answers every request with 200, and keeps the heads of those it got. */
export interface RecordingBackend {
  readonly port: number
  /** Latin1, up to the empty line inclusive; the last one is the latest. */
  readonly heads: string[]
  close(): Promise<void>
}

export async function startRecordingBackend(): Promise<RecordingBackend> {
  const heads: string[] = []
  const sockets = new Set<Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    let waiting = ''
    socket.on('data', (chunk) => {
      waiting += chunk.toString('latin1')
      for (;;) {
        const end = waiting.indexOf('\r\n\r\n') + 4
        if (end < 4) return
        const head = waiting.slice(0, end)
        const length = Number(/\r\ncontent-length: ([0-9]+)/i.exec(head)?.[1] ?? 0)
        if (waiting.length < end + length) return
        waiting = waiting.slice(end + length)
        heads.push(head)
        socket.write(head.startsWith('HEAD ') ? answerToHead : answer)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    // It listens on a port.
    port: (server.address() as AddressInfo).port,
    heads,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
