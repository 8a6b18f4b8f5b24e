/** Clients that mean no good, in a process of their own: very many at a time, each of them cheap. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveParent } from '../children.ts'

export type AttackerQuestion =
  | { readonly type: 'attack'; readonly kind: Attack; readonly port: number; readonly count: number }
  | { readonly type: 'look' }
  /** Whatever is still open is reset. */
  | { readonly type: 'stop' }

export interface AttackerAnswer {
  /** Connections that are open now. */
  readonly open: number
  /** Connections that the other side has ended. */
  readonly ended: number
  /** The first lines of what it answered. */
  readonly answers: Readonly<Record<string, number>>
  readonly megabytesWritten: number
}

const sockets = new Set<Socket>()
let ended = 0
let written = 0
let answers: Record<string, number> = {}
let stopping = false

const get = 'GET /small HTTP/1.1\r\nHost: gateway.example\r\n'
const chunked = 'POST /unread HTTP/1.1\r\nHost: gateway.example\r\nTransfer-Encoding: chunked\r\n\r\n'
const large = Buffer.alloc(65_536, 'x')

/** What one connection of each kind does once it is open. Those that write without an end stop when nobody reads. */
const attacks = {
  silent: () => {},
  /** A head that goes on, byte by byte, and never ends. */
  slowloris: (socket: Socket) => {
    socket.write(`${get}X-Slow: `)
    const timer = setInterval(() => socket.write('x'), 500)
    socket.on('close', () => clearInterval(timer))
  },
  headers: (socket: Socket) => {
    socket.write(get)
    writeForever(socket, Buffer.from('X-More: and more\r\n'.repeat(100)))
  },
  line: (socket: Socket) => {
    socket.write('GET /')
    writeForever(socket, large)
  },
  body: (socket: Socket) => {
    socket.write(chunked)
    writeForever(socket, Buffer.from(`10000\r\n${large.toString()}\r\n`))
  },
  extensions: (socket: Socket) => {
    socket.write(`${chunked}1;x=`)
    writeForever(socket, large)
  },
  trailers: (socket: Socket) => {
    socket.write(`${chunked}0\r\n`)
    writeForever(socket, Buffer.from('X-More: and more\r\n'.repeat(100)))
  },
  /** Asks, and asks, and reads no answer. */
  deaf: (socket: Socket) => {
    socket.pause()
    writeForever(socket, Buffer.from('GET /large HTTP/1.1\r\nHost: gateway.example\r\n\r\n'.repeat(1000)))
  },
  /** A reset at any moment: before the head, in it, after it, in the answer. */
  reset: (socket: Socket) => {
    const text = Math.random() < 0.5 ? `${get}\r\n` : 'GET /large HTTP/1.1\r\nHost: gateway.example\r\n\r\n'
    const part = Math.floor(Math.random() * text.length * 2)
    if (part > 0) socket.write(text.slice(0, part))
    setTimeout(() => socket.resetAndDestroy(), Math.random() * 50)
  },
} satisfies Record<string, (socket: Socket) => void>

export type Attack = keyof typeof attacks

serveParent<AttackerQuestion, AttackerAnswer>(async (question) => {
  if (question.type === 'attack') {
    ended = 0
    written = 0
    answers = {}
    stopping = false
    // Two hundred at a time: no queue of a listener overflows.
    for (let left = question.count; left > 0; left -= 200) {
      const part = Array.from({ length: Math.min(200, left) }, () => open(question.port, attacks[question.kind]))
      await Promise.all(part)
    }
  } else if (question.type === 'stop') {
    stopping = true
    for (const socket of sockets) socket.resetAndDestroy()
    while (sockets.size > 0) {
      await sleep(10)
      // One that was resetting itself, or was not connected yet, may need to be told again.
      for (const socket of sockets) socket.destroy()
    }
  }
  const bytes = [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, written)
  return { open: sockets.size, ended, answers, megabytesWritten: Math.round(bytes / 1_048_576) }
})

/** Resolves when it is open, or will never be. */
function open(port: number, act: (socket: Socket) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    sockets.add(socket)
    socket.on('connect', () => {
      resolve()
      act(socket)
    })
    socket.once('data', (data) => {
      const line = data.toString('latin1').split('\r\n')[0] ?? ''
      answers[line] = (answers[line] ?? 0) + 1
      socket.resume()
    })
    // What fails fails: it was meant to.
    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      written += socket.bytesWritten
      if (!stopping) ended++
      resolve()
    })
  })
}

function writeForever(socket: Socket, piece: Buffer): void {
  const more = () => {
    // Lets the others have a turn now and then.
    for (let i = 0; i < 16 && !socket.destroyed; i++) if (!socket.write(piece)) return
    if (!socket.destroyed) setImmediate(more)
  }
  socket.on('drain', more)
  more()
}
