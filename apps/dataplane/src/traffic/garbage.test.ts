import { expect, test } from 'vitest'
import { startBackend, startRawBackend } from './testing/backend.ts'
import { exchangeRaw, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

/** Numbers in [0, 1) that are the same at every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

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
]

test('whatever targets answer, every client gets an answer or an end, and nothing is left', async () => {
  const random = seeded(20)
  await using backend = await startRawBackend((socket) => {
    socket.on('data', () => {
      socket.write(mutate(answers[Math.floor(random() * answers.length)] ?? '', random), 'latin1')
      const then = random()
      if (then < 0.3) socket.end()
      else if (then < 0.4) socket.resetAndDestroy()
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { responseMs: 300, idleMs: 300 } }))
  const heads = [
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc',
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
  ]
  for (let round = 0; round < 12; round++) {
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
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
  const random = seeded(7)
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
