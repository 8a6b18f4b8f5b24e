/** A WebSocket backend that echoes short text frames, and nothing else: `node backend.mjs PORT`. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'

const [port] = process.argv.slice(2)
/** RFC 6455, 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

createServer((socket) => {
  let open = false
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    if (open) return socket.write(echo(chunk))
    // Heads come in one piece here: the gateway writes them so, and what else connects gets nothing.
    const key = /\r\nsec-websocket-key: *(\S+)/i.exec(chunk.toString('latin1'))?.[1]
    if (!key) return socket.destroy()
    open = true
    const accept = createHash('sha1').update(`${key}${guid}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
    )
  })
}).listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 })

/**
 * The same text, unmasked.
 *
 * @param {Buffer} frame With a payload below 126 bytes (RFC 6455, 5.2).
 */
function echo(frame) {
  const length = (frame[1] ?? 0) & 0x7f
  const payload = frame.subarray(6, 6 + length).map((byte, at) => byte ^ (frame[2 + (at % 4)] ?? 0))
  return Buffer.concat([Buffer.from([0x81, length]), payload])
}
