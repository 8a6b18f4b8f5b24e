/**
 * Opens WebSockets and keeps them: `node clients.mjs PORT COUNT`. Prints a line of JSON `{ open, failed }` when all are
 * through; for each line on standard input it sends a frame over every tenth and prints `{ asked, echoed }`. Ends when
 * standard input does.
 */
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

const [port = 0, count = 0] = process.argv.slice(2).map(Number)
const atOnce = 100
const waitMs = 10_000

/** @type {import('node:net').Socket[]} */
const sockets = []
let begun = 0
let failed = 0
for (let i = 0; i < Math.min(atOnce, count); i++) openNext()

function openNext() {
  if (begun === count) return
  begun++
  const socket = connect(port, '127.0.0.1')
  let settled = false
  /** @param {boolean} well */
  function settle(well) {
    if (settled) return
    settled = true
    socket.setTimeout(0)
    if (well) sockets.push(socket)
    else {
      failed++
      socket.destroy()
    }
    if (sockets.length + failed === count) say({ open: sockets.length, failed })
    else openNext()
  }
  socket.setTimeout(waitMs, () => settle(false))
  socket.on('error', () => settle(false))
  socket.once('close', () => settle(false))
  socket.once('data', (chunk) => settle(chunk.toString('latin1').startsWith('HTTP/1.1 101')))
  socket.write(
    `GET /socket HTTP/1.1\r\nhost: bench.example\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  )
}

const lines = createInterface({ input: process.stdin })
lines.on('line', async () => say(await askSome()))
lines.on('close', () => process.exit(0))

async function askSome() {
  const some = sockets.filter((_, at) => at % 10 === 0)
  const answers = await Promise.all(some.map(ask))
  return { asked: some.length, echoed: answers.filter(Boolean).length }
}

/**
 * Whether a text comes back.
 *
 * @param {import('node:net').Socket} socket
 * @param {number} at
 * @returns {Promise<boolean>}
 */
function ask(socket, at) {
  const text = Buffer.from(`hello ${at}`)
  const mask = randomBytes(4)
  const masked = text.map((byte, at) => byte ^ (mask[at % 4] ?? 0))
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs)
    socket.once('data', (chunk) => {
      clearTimeout(timer)
      resolve(chunk.subarray(2).equals(text))
    })
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), mask, masked]))
  })
}

/** @param {object} words */
function say(words) {
  console.log(JSON.stringify(words))
}
