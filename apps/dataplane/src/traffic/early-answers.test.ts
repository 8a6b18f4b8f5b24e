import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const tooLarge = 'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 9\r\n\r\ntoo large'

/** Answers as soon as there is a head, and does not read the body. */
function answersAtOnce(text: string, then: (socket: Socket) => void) {
  return startRawBackend((socket) => {
    socket.once('data', () => {
      socket.pause()
      socket.write(text, () => then(socket))
    })
  })
}

/** Uploads as fast as it can, whatever comes back; tells the first answer. */
async function upload(port: number, framing: 'length' | 'chunked', bytes: number): Promise<string> {
  const socket = await connectRaw(port)
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.write('POST / HTTP/1.1\r\nHost: a\r\n')
  socket.write(framing === 'length' ? `Content-Length: ${bytes}\r\n\r\n` : 'Transfer-Encoding: chunked\r\n\r\n')
  const chunk = Buffer.alloc(65_536, 'x')
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length) {
    if (framing === 'chunked') socket.write('10000\r\n')
    const more = socket.write(chunk)
    if (framing === 'chunked') socket.write('\r\n')
    if (!more) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
  }
  if (framing === 'chunked' && !socket.destroyed) socket.write('0\r\n\r\n')
  await until(() => text.includes('too large') || socket.destroyed, 'an answer')
  socket.destroy()
  return text
}

describe('an answer that comes before all of the request is there reaches the client when the target then', () => {
  const endings: Record<string, (socket: Socket) => void> = {
    'resets the connection': (socket) => socket.resetAndDestroy(),
    'closes on what it has not read': (socket) => socket.destroy(),
    'ends its side': (socket) => socket.end(),
    'does nothing more': () => {},
  }
  const framings = ['length', 'chunked'] as const
  const cases = Object.keys(endings).flatMap((ending) => framings.map((framing) => [ending, framing] as const))
  test.each(cases)('%s (%s)', async (ending, framing) => {
    await using backend = await answersAtOnce(tooLarge, (socket) => endings[ending]?.(socket))
    await using gateway = await startGateway(forwardTo(backend.url))
    for (let i = 0; i < 5; i++) {
      const text = await upload(gateway.port, framing, 4 * 1024 * 1024)
      expect(text).toMatch(/^HTTP\/1\.1 413 /)
      expect(text).toMatch(/too large$/)
    }
    await until(() => gateway.traffic.state().sockets.targets === 0, 'no connection to the target')
    expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ inFlight: 0, failures: 0 })
    expect(gateway.log.entries).toEqual([])
  })
})

test('a connection on which a target has answered too early is not used again', async () => {
  let connections = 0
  await using backend = await startRawBackend((socket) => {
    connections++
    let seen = ''
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      if (!seen.includes('\r\n\r\n')) return
      if (seen.startsWith('POST')) socket.write(tooLarge)
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      seen = ''
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nfirst')
  await until(() => text.includes('too large'), 'the answer')
  expect((await ask(gateway.port)).text).toBe('ok')
  expect(connections).toBe(2)
  client.destroy()
})

test('a target may answer while it reads, for as long as both go on', async () => {
  await using backend = await startBackend((request, response) => {
    response.writeHead(200)
    request.pipe(response)
  })
  await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { idleMs: 400 } }))
  const body = randomBytes(6 * 65_536)
  const client = await connectRaw(gateway.port)
  const received: Buffer[] = []
  client.on('data', (chunk) => received.push(chunk))
  client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`)
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  // Slower than a target may be silent: it is the client who is waited for.
  for (let i = 0; i < 6; i++) {
    client.write(body.subarray(i * 65_536, (i + 1) * 65_536))
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  await closed
  const text = Buffer.concat(received).toString('latin1')
  const chunks = text.slice(text.indexOf('\r\n\r\n') + 4)
  let echoed = ''
  for (let at = 0; ; ) {
    const size = Number.parseInt(chunks.slice(at, chunks.indexOf('\r\n', at)), 16)
    if (!size) break
    at = chunks.indexOf('\r\n', at) + 2
    echoed += chunks.slice(at, at + size)
    at += size + 2
  }
  const sum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
  expect(sum(Buffer.from(echoed, 'latin1'))).toBe(sum(body))
})

test('a target that answers some time after it has read all of a long request is waited for', async () => {
  let body = ''
  await using backend = await startBackend((request, response) => {
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => setTimeout(() => response.end('late'), 300))
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  expect(await ask(gateway.port, { method: 'PUT', body: 'x'.repeat(100_000) })).toMatchObject({
    status: 200,
    text: 'late',
  })
  expect(body).toHaveLength(100_000)
})
