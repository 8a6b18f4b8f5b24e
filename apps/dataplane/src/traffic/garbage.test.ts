import type { Socket } from 'node:net'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { exchangeRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const pieces = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  ':',
  ',',
  '\x7f',
  '\xff',
  '0',
  '9'.repeat(20),
  'HTTP/1.1 ',
  'Content-Length: 1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'HTTP/1.1 101 X\r\n\r\n',
  'HTTP/1.1 100 X\r\n\r\n',
  '\r\n\r\n',
]

function mutate(text: string, random: () => number): string {
  let mutated = text
  for (let n = Math.floor(random() * 4); n >= 0; n--) {
    const at = Math.floor(random() * mutated.length)
    const piece = pieces[Math.floor(random() * pieces.length)] ?? ''
    const cut = random() < 0.5 ? Math.floor(random() * 6) : 0
    mutated = mutated.slice(0, at) + (random() < 0.8 ? piece : '') + mutated.slice(at + cut)
  }
  return mutated
}

const answers = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\nConnection: close, x\r\nX: y\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nlate',
  'HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n',
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(50)}0\r\nX-T: 1\r\n\r\n`,
]

/** Writes a text in pieces that arrive one after the other, cut anywhere. */
async function writeInPieces(socket: Socket, text: string, random: () => number): Promise<void> {
  for (let at = 0; at < text.length && !socket.destroyed; ) {
    const end = random() < 0.5 ? text.length : at + 1 + Math.floor(random() * 20)
    socket.write(text.slice(at, end), 'latin1')
    at = end
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('whatever targets answer, every client gets an answer or an end, and nothing is left', async () => {
  const random = seededRandom(20)
  await using backend = await startRawBackend((socket) => {
    socket.setNoDelay(true)
    socket.on('data', async () => {
      const text = answers[Math.floor(random() * answers.length)] ?? ''
      await writeInPieces(socket, random() < 0.2 ? text : mutate(text, random), random)
      const then = random()
      if (then < 0.3) socket.end()
      else if (then < 0.4) socket.resetAndDestroy()
      // Out of the blue.
      else if (then < 0.5) setTimeout(() => socket.write(mutate(text, random), 'latin1'), random() * 20)
    })
  })
  const upstream = {
    timeouts: { responseMs: 300, idleMs: 300, totalMs: 2000 },
    retries: { attempts: 2, onStatus: [503], perTryMs: 200, backoffMs: 2 },
  }
  await using gateway = await startGateway(
    forwardTo([backend.url, backend.url.replace('127.0.0.1', 'localhost')], upstream),
  )
  const heads = [
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc',
    `PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 99999\r\n\r\n${'x'.repeat(99_999)}`,
    'DELETE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  ]
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      Array.from({ length: 120 }, async (_, index) => {
        const { text, closed } = await exchangeRaw(gateway.port, heads[index % heads.length] ?? '', 8000)
        expect(closed || /^HTTP\/1\.1 [2345]\d\d /.test(text)).toBe(true)
      }),
    )
  }
  await until(() => {
    const { upstreams, sockets } = gateway.traffic.state()
    return upstreams[0]?.targets[0]?.inFlight === 0 && sockets.clients === 0 && sockets.targets === 0
  }, 'nothing left')
  expect(gateway.log.entries.filter(({ level }) => level === 'error')).toEqual([])
}, 120_000)

const requests = [
  'GET /a/b?c=d HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
]

test('whatever clients send, what reaches a target parses as exactly the requests that were answered', async () => {
  const random = seededRandom(7)
  let served = 0
  const refusals: string[] = []
  await using backend = await startBackend((request, response) => {
    served++
    request.resume()
    request.on('end', () => response.end('ok'))
  })
  backend.server.on('clientError', (error, socket) => {
    // A request that its client breaks off breaks off at the target too.
    const { code = '' } = error as NodeJS.ErrnoException
    if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') refusals.push(code)
    socket.destroy()
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  let answered = 0
  for (let round = 0; round < 40; round++) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const bytes = mutate(requests[index % requests.length] ?? '', random)
        const { text } = await exchangeRaw(gateway.port, bytes, 100)
        answered += text.match(/HTTP\/1\.1 200/g)?.length ?? 0
      }),
    )
  }
  expect(refusals).toEqual([])
  expect(answered).toBeGreaterThan(50)
  expect(served).toBeGreaterThanOrEqual(answered)
  expect(gateway.log.entries.filter(({ level }) => level === 'error')).toEqual([])
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 0)
}, 120_000)
