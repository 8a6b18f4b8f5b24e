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

test('trailers of a target reach who takes them, and nobody else', async () => {
  const reply = answering(`${ok}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`)
  await withBackend(reply, async ({ port }) => {
    const head = 'GET / HTTP/1.1\r\nHost: a\r\n'
    const without = await exchangeRaw(port, `${head}Connection: close\r\n\r\n`)
    expect(without.text).toContain('ok')
    expect(without.text.toLowerCase()).not.toContain('x-t')
    const withThem = await exchangeRaw(port, `${head}TE: trailers\r\nConnection: close, TE\r\n\r\n`)
    expect(withThem.text).toMatch(/\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n$/)
  })
})

test('a stream of events may be silent for longer than other bodies', async () => {
  const reply: Reply = (socket) => {
    socket.once('data', () => {
      socket.write(`${ok}Content-Type: text/event-stream; charset=utf-8\r\n\r\ndata: 1\n\n`)
      setTimeout(() => socket.end('data: 2\n\n'), 900)
    })
  }
  await withBackend(reply, async ({ port }) => expect((await ask(port)).text).toBe('data: 1\n\ndata: 2\n\n'), {
    timeouts: { idleMs: 200 },
  })
})

test('a response that comes byte by byte is the same', async () => {
  const text = `HTTP/1.1 100 Continue\r\n\r\n${ok}X-A: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n`
  const byByte: Reply = (socket) => {
    socket.setNoDelay(true)
    socket.once('data', async () => {
      for (const byte of text) {
        socket.write(byte, 'latin1')
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
  }
  await withBackend(byByte, async ({ port }) => {
    expect(await ask(port)).toMatchObject({ status: 200, text: 'abcd', complete: true, headers: { 'x-a': 'b' } })
  })
})

test('103 goes to the client before the answer; other interim responses go to nobody', async () => {
  const hint = 'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nConnection: x-private\r\nX-Private: 1\r\n\r\n'
  const interim = `HTTP/1.1 100 Continue\r\n\r\n${hint}HTTP/1.1 102 Processing\r\n\r\n`
  await withBackend(answering(`${interim}${ok}Content-Length: 2\r\n\r\nok`), async ({ port }) => {
    const { text } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 103 [^\r]*\r\nLink: <\/a>; rel=preload\r\n\r\nHTTP\/1\.1 200 /)
    expect(text).not.toMatch(/ 100 | 102 |private/i)
    // HTTP/1.0 knows none (RFC 9110, 15.2).
    const old = await exchangeRaw(port, 'GET / HTTP/1.0\r\n\r\n')
    expect(old.text).toMatch(/^HTTP\/1\.1 200 /)
  })
})

/** How many connections five requests take, one after the other. */
async function connectionsFor(text: string, method = 'GET', close: 'keep' | 'fin' = 'keep'): Promise<number> {
  let connections = 0
  await using backend = await startRawBackend((socket) => {
    connections++
    answering(text, close)(socket)
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 5; i++) {
    const answer = await ask(gateway.port, { method })
    expect(answer.complete).toBe(true)
    expect(answer.status).toBeLessThan(500)
    expect(answer.text).toBe(method === 'HEAD' || answer.status === 204 ? '' : 'ok')
  }
  return connections
}

describe('a connection to a target', () => {
  test.each([
    ['with a length', `${ok}Content-Length: 2\r\n\r\nok`],
    ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`],
    ['without content', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['by HTTP/1.0 that keeps it', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'],
  ])('is used again after a response %s', async (_name, text) => {
    expect(await connectionsFor(text)).toBe(1)
  })

  test.each([
    ['that says so', `${ok}Connection: close\r\nContent-Length: 2\r\n\r\nok`],
    ['that says so among others', `${ok}Connection: x, Close\r\nContent-Length: 2\r\n\r\nok`],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'],
    ['that has bytes behind it', `${ok}Content-Length: 2\r\n\r\nok!`],
    ['in chunks that has bytes behind it', `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n!`],
    ['without content that has some', 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok'],
  ])('is not used again after a response %s', async (_name, text) => {
    expect(await connectionsFor(text)).toBe(5)
  })

  test('is not used again after an answer to HEAD that has a body', async () => {
    expect(await connectionsFor(`${ok}Content-Length: 2\r\n\r\nok`, 'HEAD')).toBe(5)
    expect(await connectionsFor(`${ok}Content-Length: 2\r\n\r\n`, 'HEAD')).toBe(1)
  })

  test('is not used again when its target has ended its side', async () => {
    expect(await connectionsFor(`${ok}Content-Length: 2\r\n\r\nok`, 'GET', 'fin')).toBe(5)
  })
})

test('what a target sends unasked, between two requests, is never taken for an answer', async () => {
  let poisoned = 0
  const reply: Reply = (socket) => {
    answering(`${ok}Content-Length: 2\r\n\r\nok`)(socket)
    const timer = setInterval(() => {
      poisoned++
      socket.write(`${ok}Content-Length: 6\r\n\r\npoison`)
    }, 20)
    socket.on('close', () => clearInterval(timer))
  }
  await using backend = await startRawBackend(reply)
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 10; i++) {
    expect((await ask(gateway.port)).text).toBe('ok')
    await until(() => backend.sockets.size === 0, 'the connection is given up')
  }
  expect(poisoned).toBeGreaterThan(0)
})

test('what a target sends beyond its answer reaches nobody', async () => {
  const extra = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison'
  await using backend = await startRawBackend(answering(`${ok}Content-Length: 2\r\n\r\nok${extra}`))
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 20; i++) expect((await ask(gateway.port)).text).toBe('ok')
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
