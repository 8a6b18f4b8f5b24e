import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backend, startBackend } from '../../testing/backend.ts'
import { connectRaw, exchangeRaw, until } from '../../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../../testing/gateway.ts'

let backend: Backend
let gateway: Gateway
let aborted = 0

beforeAll(async () => {
  backend = await startBackend((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://backend')
    request.on('close', () => {
      if (!response.writableEnded) aborted++
    })
    if (pathname === '/never') return
    if (pathname === '/slow') {
      setTimeout(() => response.end('slow'), 200)
      return
    }
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: 1\n\n')
      return
    }
    if (pathname === '/drip') {
      let left = 8
      response.writeHead(200)
      const timer = setInterval(() => {
        response.write('drip ')
        if (--left > 0) return
        clearInterval(timer)
        response.end('over')
      }, 150)
      return
    }
    if (pathname === '/trailers') {
      response.writeHead(200, { trailer: 'x-sum' })
      response.write('body')
      response.addTrailers({ 'x-sum': '7' })
      response.end()
      return
    }
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    request.on('end', () => response.end(`${request.method} ${pathname} ${bytes}`))
  })
  gateway = await startGateway(forwardTo(backend.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

test('a client that ends its side after its request gets a quick answer', async () => {
  const socket = await connectRaw(gateway.port)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.end(get('/slow'))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*slow$/)
})

test('an answer that goes on is not cut off for a client that has ended its side', async () => {
  const socket = net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.end(get('/drip'))
  await new Promise((resolve) => socket.once('end', resolve))
  expect(text).toContain('over')
  socket.destroy()
})

test.each(['/never', '/events'])('a client that ends its side while %s keeps silent has gone', async (path) => {
  const before = aborted
  const socket = net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.end(get(path))
  await until(() => aborted > before, 'the end of the work at the target')
  socket.destroy()
})

test('pipelined requests in one segment are answered in order, also where some have bodies and some are answered here', async () => {
  const { text } = await exchangeRaw(
    gateway.port,
    [
      get('/1'),
      'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
      'POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
      get('/4', 'Connection: close\r\n'),
      get('/5'),
    ].join(''),
  )
  const bodies = [...text.matchAll(/\r\n\r\n((?:GET|POST)[^\r]*?)(?=HTTP\/1|$)/g)].map(([, body]) => body)
  expect(bodies).toEqual(['GET /1 0', 'POST /2 5', 'POST /3 3', 'GET /4 0'])
  expect(text).toContain('HTTP/1.1 204 No Content')
})

test('a request in pieces of one byte is read like one in one piece', async () => {
  const socket = await connectRaw(gateway.port)
  socket.setNoDelay(true)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const bytes =
    'POST /bytes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n'
  for (const byte of bytes) {
    socket.write(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => text.endsWith('POST /bytes 3'), 'the answer')
  socket.destroy()
})

test('an HTTP/1.0 client gets an end it understands: a length and its connection, or the end of the connection', async () => {
  const kept = await exchangeRaw(gateway.port, 'GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n', 300)
  expect(kept.text).toMatch(/^HTTP\/1\.1 200[\s\S]*Connection: keep-alive\r\n[\s\S]*GET \/a 0$/i)
  expect(kept.closed).toBe(false)
  const closed = await exchangeRaw(gateway.port, 'GET /drip HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
  expect(closed.text).toMatch(/Connection: close\r\n\r\n(?:drip ){8}over$/i)
  expect(closed.text).not.toMatch(/transfer-encoding/i)
  expect(closed.closed).toBe(true)
})

test('trailers reach a client that asked for them, and no other', async () => {
  const asked = await exchangeRaw(gateway.port, get('/trailers', 'TE: trailers\r\nConnection: te\r\n'), 500)
  expect(asked.text).toMatch(/4\r\nbody\r\n0\r\nx-sum: 7\r\n\r\n$/)
  const plain = await exchangeRaw(gateway.port, get('/trailers'), 500)
  expect(plain.text).toMatch(/4\r\nbody\r\n0\r\n\r\n$/)
})

test('an empty line before a request is passed over', async () => {
  const { text } = await exchangeRaw(gateway.port, [get('/1'), '\r\n', get('/2')], 500)
  expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
})

test('a client that keeps sending after it was refused reads why, and is let go', async () => {
  const socket = await connectRaw(gateway.port)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.write('GET / HTTP/1.1\r\nHost : a\r\n\r\n')
  const timer = setInterval(() => socket.write('x'.repeat(10_000)), 20)
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*connection: close/i)
  expect(text).toContain('bad_request')
})

test('every answer has a date, and the id by which the log knows it', async () => {
  const { text } = await exchangeRaw(gateway.port, 'NOT HTTP\r\n\r\n')
  expect(text).toMatch(/\r\ndate: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT\r\n/i)
  expect(text).toMatch(/\r\nx-request-id: [0-9a-f]{32}\r\n/i)
})
