#!/usr/bin/env node
/**
 * A small backend that says who it is: `node demo/backend.mjs --name a --port 2003`.
 *
 * `GET /` answers with its name and what it received, as text or, when asked for, as JSON; `/events` is an event
 * stream, `/download?bytes=` a body of any size, `/slow?ms=` an answer that takes its time, `/status/503` one of any
 * status. A WebSocket gets back what it sends, with the name before it.
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'

const { values } = parseArgs({
  options: {
    name: { type: 'string', default: 'backend' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
  },
})
const { name } = values

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://backend')
  response.setHeader('x-backend', name)
  const status = /^\/status\/([2-5]\d\d)$/.exec(url.pathname)?.[1]
  if (url.pathname === '/events') sendEvents(response)
  else if (url.pathname === '/download') sendDownload(response, wholeNumber(url, 'bytes', 1_000_000))
  else if (url.pathname === '/slow') setTimeout(sayWho, Math.min(wholeNumber(url, 'ms', 1000), 60_000))
  else sayWho()

  function sayWho() {
    if (status !== undefined) response.statusCode = Number(status)
    const { method, headers } = request
    if (headers.accept?.includes('application/json')) {
      response.setHeader('content-type', 'application/json')
      response.end(`${JSON.stringify({ backend: name, method, url: request.url, headers })}\n`)
    } else {
      const lines = Object.entries(headers).map(([field, value]) => `  ${field}: ${value}`)
      response.setHeader('content-type', 'text/plain; charset=utf-8')
      response.end([`Hello from ${name}.`, `${method} ${request.url}`, ...lines, ''].join('\n'))
    }
    request.resume()
  }
})
// Longer than the node keeps an idle connection, so that the node is the one who closes.
server.keepAliveTimeout = 120_000

const webSockets = new WebSocketServer({ server })
webSockets.on('connection', (socket) => {
  socket.on('error', () => {})
  socket.on('message', (data, isBinary) => socket.send(isBinary ? data : `${name}: ${data}`))
})

server.listen({ host: values.host, port: Number(values.port) }, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(JSON.stringify({ level: 'info', msg: 'ready', port }))
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    for (const socket of webSockets.clients) socket.close(1001)
    server.close(() => process.exit(0))
    server.closeIdleConnections()
    setTimeout(() => process.exit(0), 1000).unref()
  })
}

/** @param {import('node:http').ServerResponse} response */
function sendEvents(response) {
  let number = 0
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const send = () => response.write(`id: ${++number}\ndata: ${name} ${number}\n\n`)
  send()
  const timer = setInterval(send, 1000)
  response.once('close', () => clearInterval(timer))
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} bytes
 */
function sendDownload(response, bytes) {
  const chunk = Buffer.alloc(65_536, `${name} `)
  let left = bytes
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes })
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const part = left < chunk.length ? chunk.subarray(0, left) : chunk
      left -= part.length
      if (!response.write(part)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}

/**
 * @param {URL} url
 * @param {string} parameter
 * @param {number} fallback
 */
function wholeNumber(url, parameter, fallback) {
  const value = Number(url.searchParams.get(parameter) ?? fallback)
  return Number.isSafeInteger(value) && value >= 0 ? value : fallback
}
