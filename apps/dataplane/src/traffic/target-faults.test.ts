import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answering, type Backend, startBackend, startRawBackend } from './testing/backend.ts'
import { ask, exchangeRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

type Reply = Parameters<typeof startRawBackend>[0]

/** One gateway in front of one raw backend. */
async function withBackend(reply: Reply, run: (gateway: Gateway, backend: Backend) => Promise<void>, upstream = {}) {
  await using backend = await startRawBackend(reply)
  await using gateway = await startGateway(forwardTo(backend.url, upstream))
  await run(gateway, backend)
  await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 0, 'nothing in flight')
}

const ok = 'HTTP/1.1 200 OK\r\n'

const noAnswer: Record<string, Reply> = {
  'ends the connection before any byte': (socket) => void socket.once('data', () => socket.end()),
  'resets the connection before any byte': (socket) => void socket.once('data', () => socket.resetAndDestroy()),
  'ends in the head': answering(`${ok}Content-Length: 5\r\nX-Half`, 'fin'),
  'resets in the head': answering(`${ok}Content-Length: 5\r\nX-Half`, 'rst'),
  'is no HTTP': answering('SSH-2.0-OpenSSH_9.2p1\r\n\r\n'),
  'sends a length and an encoding': answering(
    `${ok}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ),
  'sends two lengths': answering(`${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`),
  'sends an encoding that we do not take off': answering(`${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`),
  'sends CR inside a value': answering(`${ok}X: a\rb\r\nContent-Length: 0\r\n\r\n`),
  'sends NUL in a value': answering(`${ok}X: a\0b\r\nContent-Length: 0\r\n\r\n`),
  'sends a field of 100 KB': answering(`${ok}X: ${'x'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`),
  'sends too many fields': answering(`${ok}${'a: b\r\n'.repeat(101)}Content-Length: 0\r\n\r\n`),
  'sends a status of 000': answering('HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n'),
  'sends a status of 099': answering('HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n'),
  'sends a status of 600': answering('HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n'),
  'sends a control byte in the reason': answering('HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n'),
  'switches protocols unasked': answering(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  ),
  'sends a 101 that says nothing': answering('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  'sends interim answers without end': answering('HTTP/1.1 102 Processing\r\n\r\n'.repeat(5000)),
}

describe('502 when the target', () => {
  test.each(Object.entries(noAnswer))('%s', async (_name, reply) => {
    await withBackend(reply, async ({ port, log, traffic }) => {
      const answer = await ask(port)
      expect(answer).toMatchObject({ status: 502, complete: true })
      const { error } = JSON.parse(answer.text) as { error: Record<string, string> }
      expect(error['code']).toMatch(/^(target_reset|bad_response)$/)
      expect(error['requestId']).toBe(answer.headers['x-request-id'])
      expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|UND_ERR|HPE_/)
      expect(log.entries).toMatchObject([{ level: 'warn', object: { request: error['requestId'], target: 'a' } }])
      expect(traffic.state().upstreams[0]?.targets[0]).toMatchObject({ requests: 1, failures: 1 })
    })
  })
})

const cutOff: Record<string, Reply> = {
  'ends before the length it promised': answering(`${ok}Content-Length: 100\r\n\r\n0123456789`, 'fin'),
  'resets before the length it promised': answering(`${ok}Content-Length: 100\r\n\r\n0123456789`, 'rst'),
  'ends in the middle of chunks': answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`, 'fin'),
  'resets in the middle of chunks': answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`, 'rst'),
  'resets where the end of the connection is the end of the body': answering(`${ok}\r\n0123456789`, 'rst'),
  'sends a bad chunk size after data': answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\nZZ\r\n`),
}

describe('the client is cut off and never told that all is there when the target', () => {
  test.each(Object.entries(cutOff))('%s', async (_name, reply) => {
    await withBackend(reply, async ({ port, traffic }) => {
      const began = Date.now()
      const { text, closed } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 8000)
      expect(closed).toBe(true)
      expect(Date.now() - began).toBeLessThan(5000)
      // 502 is as good, where nothing had been passed on yet.
      expect(text).not.toMatch(/0\r\n\r\n$/)
      if (text.startsWith(ok)) expect(text).not.toMatch(/content-length: 10\r\n/i)
      expect(traffic.state().upstreams[0]?.targets[0]?.failures).toBe(1)
    })
  })
})

const harmless: Record<string, Reply> = {
  '103 before the answer': answering(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}Content-Length: 2\r\n\r\nok`),
  'a body that ends with the connection': answering(`${ok}\r\nok`, 'fin'),
  'HTTP/1.0': answering('HTTP/1.0 200 OK\r\n\r\nok', 'fin'),
}

describe('passed on as it should be:', () => {
  test.each(Object.entries(harmless))('%s', async (_name, reply) => {
    await withBackend(reply, async ({ port }) => {
      expect(await ask(port)).toMatchObject({ status: 200, text: 'ok', complete: true })
    })
  })
})

test('connection fields of a target go no further, nor do those that it names', async () => {
  const fields =
    'Connection: x-private, content-type\r\nX-Private: 1\r\nKeep-Alive: timeout=3\r\nProxy-Connection: x\r\nTrailer: X-T\r\nUpgrade: h2c\r\nContent-Type: text/plain\r\n'
  await withBackend(answering(`${ok}${fields}Content-Length: 2\r\n\r\nok`), async ({ port }) => {
    const answer = await ask(port)
    expect(answer.text).toBe('ok')
    expect(Object.keys(answer.headers)).not.toEqual(expect.arrayContaining(['x-private']))
    for (const name of ['x-private', 'proxy-connection', 'trailer', 'upgrade', 'te']) {
      expect(answer.headers[name]).toBeUndefined()
    }
    expect(answer.headers['content-type']).toBe('text/plain')
  })
})

test('trailers of a target are dropped', async () => {
  const reply = answering(`${ok}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`)
  await withBackend(reply, async ({ port }) => {
    const { text } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(text).toContain('ok')
    expect(text.toLowerCase()).not.toContain('x-t')
  })
})

test('what a target sends beyond its answer reaches nobody', async () => {
  const extra = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
  await using backend = await startRawBackend(answering(`${ok}Content-Length: 2\r\n\r\nok${extra}`))
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 20; i++) expect((await ask(gateway.port)).text).toBe('ok')
})

test('a target that never answers is given up at the time-out, with 504', async () => {
  await withBackend(
    (socket) => void socket.resume(),
    async ({ port, log }, backend) => {
      await until(() => backend.sockets.size === 0)
      const answer = await ask(port)
      expect(answer.status).toBe(504)
      expect(answer.text).toContain('response_timeout')
      expect(log.entries).toMatchObject([{ object: { code: 'response_timeout' } }])
      await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
    },
    { timeouts: { responseMs: 200 } },
  )
})

test('an exchange that takes longer than its total is given up, with 504', async () => {
  await withBackend(
    (socket) => void socket.resume(),
    async ({ port }) => expect((await ask(port)).text).toContain('total_timeout'),
    { timeouts: { totalMs: 200 } },
  )
})

test('a target that stalls in a body is cut off at the time-out', async () => {
  await withBackend(
    answering(`${ok}Content-Length: 100\r\n\r\n0123456789`),
    async ({ port }) => {
      const { text, closed } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 8000)
      expect(text).toContain('0123456789')
      expect(closed).toBe(true)
    },
    { timeouts: { idleMs: 200 } },
  )
})

test('the answer to HEAD has the length of the body that is not there', async () => {
  await using backend = await startBackend((_request, response) =>
    response.writeHead(200, { 'content-length': 5 }).end(),
  )
  await using gateway = await startGateway(forwardTo(backend.url))
  const answer = await ask(gateway.port, { method: 'HEAD' })
  expect(answer).toMatchObject({ status: 200, text: '', headers: { 'content-length': '5' } })
})

test.each([204, 304])('%d has no body and no framing of one', async (status) => {
  await using backend = await startBackend((_request, response) => response.writeHead(status).end())
  await using gateway = await startGateway(forwardTo(backend.url))
  const bytes = 'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  const { text } = await exchangeRaw(gateway.port, bytes)
  expect(text.match(new RegExp(`HTTP/1\\.1 ${status}`, 'g'))).toHaveLength(2)
  expect(text.toLowerCase()).not.toContain('transfer-encoding')
})

let sockets: Backend
let plain: Gateway
beforeAll(async () => {
  sockets = await startBackend((_request, response) => response.end('ok'))
  plain = await startGateway(forwardTo(sockets.url))
})
afterAll(async () => {
  await plain[Symbol.asyncDispose]()
  await sockets[Symbol.asyncDispose]()
})

test('a client of HTTP/1.0 gets an answer that ends with the connection', async () => {
  const { text, closed } = await exchangeRaw(plain.port, 'GET / HTTP/1.0\r\n\r\n')
  expect(text).toMatch(/^HTTP\/1\.1 200/)
  expect(text).toMatch(/ok$/)
  expect(closed).toBe(true)
})

test('a client of HTTP/1.0 may keep its connection', async () => {
  const request = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'
  const { text, closed } = await exchangeRaw(plain.port, [request, request], 300)
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  expect(closed).toBe(false)
})
