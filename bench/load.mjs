/**
 * Load on one proxy. It reads an `Order` as JSON from standard input, prints `begin` when the warm-up is over, and a
 * line of JSON at the end, an `Outcome`.
 *
 * With a rate, requests leave on a schedule that does not wait for answers (unless every connection is busy), and
 * latency counts from when one was due; with rate 0 each connection asks again as soon as it has an answer.
 */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'

/**
 * @typedef {object} Order
 * @property {number} port
 * @property {string[]} requests Sent in turn, as they stand on the wire.
 * @property {number} connections
 * @property {boolean} tls
 * @property {boolean} closing Each request on a connection of its own.
 * @property {number} rate
 * @property {number} warmMs
 * @property {number} ms
 *
 * @typedef {object} Outcome
 * @property {number} requests Answered after the warm-up.
 * @property {number} seconds
 * @property {number} errors
 * @property {number} p50Ms
 * @property {number} p99Ms
 *
 * @typedef {object} Slot One request at a time.
 * @property {import('node:net').Socket | undefined} socket
 * @property {boolean} asked Whether an answer is awaited.
 * @property {number} due
 * @property {string} head Of the answer, as far as it has come; of a chunked body, the last bytes.
 * @property {number} left Bytes of the body; below 0, the head has not ended.
 * @property {boolean} chunked
 */

/** @type {Order} */
const order = JSON.parse(await text(process.stdin))
const requests = order.requests.map((request) => Buffer.from(request, 'latin1'))
const chunkedEnd = '\r\n0\r\n\r\n'

/** @type {Slot[]} Not waiting for an answer. */
const idle = []
/** @type {number[]} Milliseconds. */
let latencies = []
let errors = 0
let counting = false
let stopped = false
let turn = 0

const began = performance.now()
for (let i = 0; i < order.connections; i++) {
  /** @type {Slot} */
  const slot = { socket: undefined, asked: false, due: 0, head: '', left: -1, chunked: false }
  if (order.closing) free(slot)
  else open(slot, () => free(slot))
}

/**
 * @param {Slot} slot
 * @param {() => void} opened
 */
function open(slot, opened) {
  const { port } = order
  const socket = order.tls
    ? connectTls({ port, host: '127.0.0.1', servername: 'bench.example', rejectUnauthorized: false }, opened)
    : connect({ port, host: '127.0.0.1' }, opened)
  slot.socket = socket
  socket.setNoDelay(true)
  socket.on('data', (chunk) => take(slot, chunk))
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    if (stopped || slot.socket !== socket) return
    errors++
    slot.asked = false
    slot.head = ''
    slot.left = -1
    const index = idle.indexOf(slot)
    if (index >= 0) idle.splice(index, 1)
    setTimeout(() => (order.closing ? free(slot) : open(slot, () => free(slot))), 100)
  })
}

/** @param {Slot} slot */
function free(slot) {
  if (order.rate === 0) send(slot, performance.now())
  else idle.push(slot)
}

/**
 * @param {Slot} slot
 * @param {number} due
 */
function send(slot, due) {
  slot.due = due
  slot.asked = true
  if (order.closing) open(slot, () => {})
  slot.socket?.write(requests[turn++ % requests.length] ?? '')
}

/**
 * Follows one answer to its end.
 *
 * @param {Slot} slot
 * @param {Buffer} chunk
 */
function take(slot, chunk) {
  if (!slot.asked) return
  if (slot.left < 0) {
    slot.head += chunk.toString('latin1')
    const end = slot.head.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = slot.head.slice(0, end)
    if (!head.startsWith('HTTP/1.1 200')) errors++
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    slot.chunked = length === undefined
    slot.left = Number(length ?? 0) - (slot.head.length - end - 4)
    slot.head = slot.chunked ? slot.head.slice(end + 2) : ''
    if (slot.chunked) slot.left = 0
  } else if (slot.chunked) {
    slot.head += chunk.toString('latin1')
  } else {
    slot.left -= chunk.length
  }
  if (slot.chunked) slot.head = slot.head.slice(-chunkedEnd.length)
  if (slot.chunked ? slot.head !== chunkedEnd : slot.left > 0) return
  slot.asked = false
  slot.head = ''
  slot.left = -1
  if (counting) latencies.push(performance.now() - slot.due)
  if (order.closing) {
    slot.socket?.end()
    slot.socket = undefined
  }
  if (!stopped) free(slot)
}

let sent = 0
const pace = setInterval(() => {
  const due = Math.floor(((performance.now() - began) / 1000) * order.rate) + 1
  while (sent < due) {
    const slot = idle.shift()
    if (!slot) return
    send(slot, began + (sent / order.rate) * 1000)
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
    /** @type {Outcome} */
    const outcome = { requests: latencies.length, seconds, errors, p50Ms: at(0.5), p99Ms: at(0.99) }
    console.log(JSON.stringify(outcome))
    process.exit(0)
  }, order.ms)
}, order.warmMs)
