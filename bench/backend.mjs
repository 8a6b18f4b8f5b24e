/**
 * What every proxy of the bench forwards to where nginx is not installed: `node backend.mjs PORT`. A fixed answer per
 * request, 1 MB for /1mb, parsed as little as can be, so that the other core has time left for the load.
 */
import { createServer } from 'node:net'

const [port] = process.argv.slice(2)
const small = answer('Hello from the bench.\n')
const large = answer('x'.repeat(1_000_000))

createServer({ noDelay: true }, (socket) => {
  let head = ''
  let bodyLeft = 0
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const skipped = Math.min(bodyLeft, chunk.length)
    bodyLeft -= skipped
    head += chunk.toString('latin1', skipped)
    for (let end = head.indexOf('\r\n\r\n'); end >= 0; end = head.indexOf('\r\n\r\n')) {
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1] ?? 0)
      socket.write(head.startsWith('GET /1mb ') ? large : small)
      const rest = head.slice(end + 4)
      bodyLeft = Math.max(0, length - rest.length)
      head = rest.slice(length)
    }
  })
}).listen(Number(port), '127.0.0.1')

/** @param {string} body */
function answer(body) {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nserver: bench\r\n\r\n`
  return Buffer.from(head + body, 'latin1')
}
