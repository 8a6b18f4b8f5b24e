/**
 * What every proxy of the bench forwards to where nginx is not installed: one fixed answer per request head, parsed as
 * little as can be, so that the other core has time left for the load. Requests must have no body.
 */
import { createServer } from 'node:net'

const [port] = process.argv.slice(2)
const body = 'Hello from the bench.\n'
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nserver: bench\r\n\r\n${body}`,
)

createServer({ noDelay: true }, (socket) => {
  let rest = ''
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const text = rest + chunk.toString('latin1')
    let from = 0
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n', from)) {
      socket.write(answer)
      from = end + 4
    }
    rest = text.slice(from)
  })
}).listen(Number(port), '127.0.0.1')
