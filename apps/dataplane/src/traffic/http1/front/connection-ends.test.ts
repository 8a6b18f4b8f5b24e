import { createHash, randomBytes } from 'node:crypto'
import net, { type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startBackend, startRawBackend } from '../../testing/backend.ts'
import { connectRaw, exchangeRaw, until } from '../../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../../testing/gateway.ts'

const listener = (timeouts: object) => [{ id: 'web', address: '127.0.0.1', port: 0, timeouts }]
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const star = 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What comes until the other end is done, and whether it ended as it should. */
function collect(socket: Socket): Promise<{ bytes: Buffer; reset: boolean }> {
  const chunks: Buffer[] = []
  let reset = false
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {
    reset = true
  })
  return new Promise((resolve) => socket.once('close', () => resolve({ bytes: Buffer.concat(chunks), reset })))
}

function connectHalfOpen(gateway: Gateway): Socket {
  return net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
}

describe('a client that has ended its side', () => {
  test('and takes what it has asked for slowly gets all of it', async () => {
    const body = randomBytes(12_000_000)
    await using backend = await startBackend((_request, response) => response.end(body))
    await using gateway = await startGateway(forwardTo(backend.url))
    const client = connectHalfOpen(gateway)
    client.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    client.once('end', () => client.destroy())
    await pause(2500)
    const { bytes } = await collect(client)
    expect(sha(bytes.subarray(-body.length))).toBe(sha(body))
    await until(() => gateway.access.length === 1, 'the end of the exchange')
    expect(gateway.access).toMatchObject([{ termination: 'completed' }])
  })

  test('and takes nothing is cut off', async () => {
    await using backend = await startBackend((_request, response) => response.end(Buffer.alloc(40_000_000)))
    await using gateway = await startGateway({ listeners: listener({ bodyIdleMs: 1000 }), ...forwardTo(backend.url) })
    const client = connectHalfOpen(gateway)
    client.pause()
    client.end('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => gateway.access.length === 1, 'the end of the exchange')
    expect(gateway.access).toMatchObject([{ termination: 'client_stalled' }])
    client.destroy()
  })

  test.each([
    ['in the middle of a head gets 400', 'GET /2 HTTP/1.1\r\nHo', /400 Bad Request/],
    [
      'in the middle of a body gets 400',
      'POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhe',
      /400 Bad Request/,
    ],
    [
      'behind requests that are answered at once gets their answers',
      `${star}${star}`,
      /slow(?:[\s\S]* 204 No Content){2}/,
    ],
    ['behind a whole request gets its answer', 'GET /2 HTTP/1.1\r\nHost: a\r\n\r\n', /slow[\s\S]*slow$/],
  ])('%s', async (_name, second, expected) => {
    await using backend = await startBackend((request, response) => {
      request.resume()
      setTimeout(() => response.end('slow'), 200)
    })
    await using gateway = await startGateway(forwardTo(backend.url))
    const client = connectHalfOpen(gateway)
    client.once('end', () => client.destroy())
    client.end(`GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${second}`)
    const began = Date.now()
    const { bytes } = await collect(client)
    expect(bytes.toString('latin1')).toMatch(expected)
    // Nobody waits for what cannot come any more.
    expect(Date.now() - began).toBeLessThan(5000)
    await until(() => gateway.traffic.state().sockets.clients === 0, 'no client')
    expect(gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight).toBe(0)
  })
})

test('an answer that only the end of the connection ends does not look complete when it breaks off', async () => {
  await using backend = await startRawBackend((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n')
      setTimeout(() => socket.resetAndDestroy(), 100)
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  const collected = collect(client)
  client.write('GET / HTTP/1.0\r\nHost: a\r\n\r\n')
  const { bytes, reset } = await collected
  expect(bytes.toString('latin1')).toMatch(/hello$/)
  expect(reset).toBe(true)
})

describe('a listener that closes', () => {
  test('lets those ask who have just connected', async () => {
    await using backend = await startBackend((_request, response) => response.end('ok'))
    const gateway = await startGateway(forwardTo(backend.url))
    const client = await connectRaw(gateway.port)
    const silent = await connectRaw(gateway.port)
    await until(() => gateway.traffic.state().sockets.clients === 2)
    const closed = gateway.traffic.close(20_000)
    const collected = collect(client)
    client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    expect((await collected).bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close[\s\S]*ok$/i)
    const began = Date.now()
    await closed
    expect(Date.now() - began).toBeLessThan(5000)
    silent.destroy()
  })

  test('does not wait for another request behind a body that is passed over', async () => {
    const gateway = await startGateway({
      routes: [{ id: 'all', middleware: [{ type: 'respond', status: 403, body: 'no' }] }],
    })
    const client = await connectRaw(gateway.port)
    let text = ''
    client.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhe')
    await until(() => text.endsWith('no'), 'the answer')
    const closed = gateway.traffic.close(20_000)
    client.write('llo all')
    const began = Date.now()
    await closed
    expect(Date.now() - began).toBeLessThan(5000)
  })
})

test('an upload whose client has gone ends although its target takes nothing of it', async () => {
  await using backend = await startRawBackend((socket) => socket.pause())
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${2 ** 30}\r\n\r\n`)
  client.write(Buffer.alloc(2 ** 25))
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
  await pause(1000)
  client.resetAndDestroy()
  await until(() => gateway.traffic.state().sockets.clients === 0, 'no client')
  await until(() => gateway.traffic.state().sockets.targets === 0, 'no connection to the target')
  expect((await exchangeRaw(gateway.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 100)).text).toMatch(/ 204 /)
})
