/**
 * One end of very many WebSockets, in a process of its own: either the clients of a gateway or the backend behind it.
 * Just enough of RFC 6455 for one short message each way, so that thousands of them cost little.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { serveParent } from './children.ts'
import { head, RawConnection } from './raw-http.ts'

export type ManySocketsQuestion =
  /** Be the backend. */
  | { readonly type: 'listen' }
  /** Be so many clients more. */
  | { readonly type: 'connect'; readonly port: number; readonly count: number }
  /** Every client says something, and hears something. */
  | { readonly type: 'say' }
  | { readonly type: 'close' }

export interface ManySocketsAnswer {
  readonly port: number
  /** How many are open at this end. */
  readonly open: number
  /** How many have heard something since they were asked to say something. */
  readonly heard: number
}

/** A text frame with `yes`; and one with a mask, as clients must. The mask is zero. */
const toClient = Buffer.from('\x81\x03yes', 'latin1')
const toServer = Buffer.from('\x81\x83\0\0\0\0hey', 'latin1')

const clients = new Set<RawConnection>()
let accepted = 0
let heard = 0
let port = 0

serveParent<ManySocketsQuestion, ManySocketsAnswer>(async (question) => {
  if (question.type === 'listen') port = await listen()
  else if (question.type === 'connect') await connectAll(question.port, question.count)
  else if (question.type === 'say') await sayAll()
  else for (const client of clients) client.destroy()
  return { port, open: clients.size + accepted, heard }
})

async function listen(): Promise<number> {
  const server = createServer((socket) => {
    accepted++
    socket.on('close', () => accepted--)
    socket.on('error', () => {})
    let text = ''
    const takeHead = (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (!text.endsWith('\r\n\r\n')) return
      socket.off('data', takeHead).on('data', () => socket.write(toClient))
      const key = /\r\nsec-websocket-key: *(\S+)/i.exec(text)?.[1] ?? ''
      text = ''
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept(key)}\r\n\r\n`,
      )
    }
    socket.on('data', takeHead)
  }).listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** RFC 6455, 4.2.2. */
function accept(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

/** A hundred at a time: no queue of a listener overflows. */
async function connectAll(to: number, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 100) {
    await Promise.all(Array.from({ length: Math.min(100, left) }, () => connectOne(to)))
  }
}

async function connectOne(to: number): Promise<void> {
  const client = new RawConnection({ port: to }, () => clients.delete(client))
  const key = randomBytes(16).toString('base64')
  const fields = { connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': 13, 'sec-websocket-key': key }
  const answer = await client.request(head('GET', '/', fields), {
    onTunnel: () => {
      heard++
    },
  })
  if (answer.status !== 101 || answer.headers['sec-websocket-accept'] !== accept(key)) {
    throw new Error(`answered ${answer.status}`)
  }
  clients.add(client)
}

async function sayAll(): Promise<void> {
  heard = 0
  for (const { socket } of clients) socket.write(toServer)
  for (const deadline = Date.now() + 30_000; heard < clients.size && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
