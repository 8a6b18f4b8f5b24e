/**
 * Load on keep-alive connections: `node load.mjs '{"port":8080,"request":"…","connections":32,"rate":3000,"warmMs":1000,"ms":5000}'`.
 * With a rate, requests leave on a schedule that does not wait for answers (unless every connection is busy), and
 * latency counts from when one was due; with rate 0 each connection asks again as soon as it has an answer.
 * Prints `begin` when the warm-up is over, and a line of JSON at the end.
 */
import { connect } from 'node:net'

const { port, request, connections, rate, warmMs, ms } = JSON.parse(process.argv[2] ?? '{}')
const bytes = Buffer.from(request, 'latin1')

/** @typedef {{ socket: import('node:net').Socket, due: number, head: string, left: number, chunked: boolean }} Connection */

/** @type {Connection[]} Not waiting for an answer. */
const idle = []
/** @type {number[]} Milliseconds. */
let latencies = []
let errors = 0
let counting = false
let stopped = false

for (let i = 0; i < connections; i++) open()

function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  /** @type {Connection} */
  const connection = { socket, due: 0, head: '', left: -1, chunked: false }
  socket.once('connect', () => free(connection))
  socket.on('data', (chunk) => take(connection, chunk))
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    if (stopped) return
    errors++
    const index = idle.indexOf(connection)
    if (index >= 0) idle.splice(index, 1)
    setTimeout(open, 100)
  })
}

/** @param {Connection} connection */
function free(connection) {
  if (rate === 0) send(connection, performance.now())
  else idle.push(connection)
}

/**
 * @param {Connection} connection
 * @param {number} due
 */
function send(connection, due) {
  connection.due = due
  connection.socket.write(bytes)
}

/**
 * Follows one answer to its end.
 *
 * @param {Connection} connection
 * @param {Buffer} chunk
 */
function take(connection, chunk) {
  if (connection.left < 0) {
    connection.head += chunk.toString('latin1')
    const end = connection.head.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = connection.head.slice(0, end)
    if (!head.startsWith('HTTP/1.1 200')) errors++
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    connection.chunked = length === undefined
    const have = connection.head.length - end - 4
    connection.head = connection.head.slice(end + 4)
    connection.left = connection.chunked ? 1 : Number(length) - have
  } else if (connection.chunked) {
    connection.head += chunk.toString('latin1')
  } else {
    connection.left -= chunk.length
  }
  if (connection.chunked ? !connection.head.endsWith('0\r\n\r\n') : connection.left > 0) return
  connection.head = ''
  connection.left = -1
  if (counting) latencies.push(performance.now() - connection.due)
  if (!stopped) free(connection)
}

const began = performance.now()
let sent = 0
const pace = setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1000) * rate)
  while (sent < due) {
    const connection = idle.shift()
    if (!connection) return
    send(connection, began + (sent / rate) * 1000)
    sent++
  }
}, 1)

setTimeout(() => {
  counting = true
  errors = 0
  latencies = []
  const from = performance.now()
  console.log('begin')
  setTimeout(() => {
    counting = false
    stopped = true
    clearInterval(pace)
    latencies.sort((a, b) => a - b)
    const at = (/** @type {number} */ share) => latencies[Math.floor(latencies.length * share)] ?? 0
    const seconds = (performance.now() - from) / 1000
    console.log(JSON.stringify({ requests: latencies.length, seconds, errors, p50Ms: at(0.5), p99Ms: at(0.99) }))
    process.exit(0)
  }, ms)
}, warmMs)
