import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { answering, type Backend, startRawBackend } from './testing/backend.ts'
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

/** Answers in two pieces that are read one after the other. */
function inPieces(first: string, second: string): Reply {
  return (socket) =>
    void socket.once('data', () => {
      socket.write(first, 'latin1')
      setTimeout(() => socket.write(second, 'latin1'), 50)
    })
}

interface Fault {
  readonly reply: Reply
  /** What the log says. */
  readonly code: string
  readonly reason: RegExp
}

const after =
  (reply: (socket: Socket) => void): Reply =>
  (socket) =>
    void socket.once('data', () => reply(socket))
const bad = (text: string, reason: RegExp): Fault => ({ reply: answering(text), code: 'bad_response', reason })

const noAnswer: Record<string, Fault> = {
  'ends the connection before any byte': {
    reply: after((socket) => socket.end()),
    code: 'target_reset',
    reason: /before the end of the head/,
  },
  'resets the connection before any byte': {
    reply: after((socket) => socket.resetAndDestroy()),
    code: 'target_reset',
    reason: /ECONNRESET/,
  },
  'ends in the head': {
    reply: answering(`${ok}Content-Length: 5\r\nX-Half`, 'fin'),
    code: 'target_reset',
    reason: /before the end of the head/,
  },
  'resets in the head': {
    reply: answering(`${ok}Content-Length: 5\r\nX-Half`, 'rst'),
    code: 'target_reset',
    reason: /ECONNRESET/,
  },
  'is no HTTP': bad('SSH-2.0-OpenSSH_9.2p1\r\n\r\n', /version/),
  'begins with anything but HTTP, without an end': bad('220 mail.example.com ESMTP', /version/),
  'speaks HTTP/2': bad('HTTP/2.0 200 OK\r\n\r\n', /version/),
  'answers with nothing but a body': bad('\x00\x00\x12\x04\x00\x00\x00\x00\x00', /version/),
  'sends a length and an encoding': bad(
    `${ok}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    /content-length|transfer-encoding/,
  ),
  'sends an encoding and a length': bad(
    `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    /content-length|transfer-encoding/,
  ),
  'sends two lengths': bad(
    `${ok}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    /content-length|transfer-encoding/,
  ),
  'sends the same length twice': bad(
    `${ok}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
    /content-length|transfer-encoding/,
  ),
  'sends a length with a sign': bad(`${ok}Content-Length: +3\r\n\r\nabc`, /content-length/),
  'sends a list of lengths': bad(`${ok}Content-Length: 3, 3\r\n\r\nabc`, /content-length/),
  'sends an encoding that we do not take off': bad(
    `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    /transfer-encoding/,
  ),
  'encodes for HTTP/1.0': bad(
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    /content-length|transfer-encoding/,
  ),
  'sends CR inside a value': bad(`${ok}X: a\rb\r\nContent-Length: 0\r\n\r\n`, /field|control byte/),
  'sends LF alone at the end of a line': bad(`${ok}X: a\nContent-Length: 0\r\n\r\n`, /field|control byte/),
  'sends NUL in a value': bad(`${ok}X: a\0b\r\nContent-Length: 0\r\n\r\n`, /field|control byte/),
  'folds a line': bad(`${ok}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`, /field/),
  'sends a space before the colon': bad(`${ok}Content-Length : 0\r\n\r\n`, /field/),
  'sends a field of 100 KB': bad(`${ok}X: ${'x'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`, /too long/),
  'sends too many fields': bad(`${ok}${'a: b\r\n'.repeat(101)}Content-Length: 0\r\n\r\n`, /number of fields/),
  'sends a status of 000': bad('HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n', /status|reason/),
  'sends a status of 099': bad('HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n', /status|reason/),
  'sends a status of 600': bad('HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n', /status|reason/),
  'sends a status of four digits': bad('HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n', /status|reason/),
  'sends a control byte in the reason': bad('HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n', /reason/),
  'switches protocols unasked': bad(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    /101/,
  ),
  'sends a 101 that says nothing': bad('HTTP/1.1 101 Switching Protocols\r\n\r\n', /101/),
  'sends interim answers without end': bad('HTTP/1.1 102 Processing\r\n\r\n'.repeat(5000), /too many interim/),
  'sends 5,000 times 100 and then an answer': bad(
    `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5000)}${ok}Content-Length: 0\r\n\r\n`,
    /too many interim/,
  ),
  'sends a bad chunk size at once': bad(`${ok}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, /chunk size/),
  'sends a chunk size beyond all bounds': bad(
    `${ok}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`,
    /chunk size too large/,
  ),
}

describe('502 when the target', () => {
  test.each(Object.entries(noAnswer))('%s', async (_name, { reply, code, reason }) => {
    await withBackend(reply, async ({ port, log, access, traffic }, backend) => {
      const answer = await ask(port)
      expect(answer).toMatchObject({ status: 502, complete: true })
      const { error } = JSON.parse(answer.text) as { error: Record<string, string> }
      expect(error).toMatchObject({ code, requestId: answer.headers['x-request-id'] })
      expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|status line|field/)
      const request = error['requestId']
      expect(log.entries).toMatchObject([
        {
          level: 'warn',
          object: { request, route: 'all', upstream: 'app', target: 'a', code, reason: expect.stringMatching(reason) },
          message: 'attempt failed',
        },
      ])
      await until(() => access.length === 1, 'a line of the access log')
      expect(access).toMatchObject([{ id: request, status: 502, termination: code, target: 'a', attempts: 1 }])
      expect(traffic.state().upstreams[0]?.targets[0]).toMatchObject({ requests: 1, failures: 1 })
      await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
    })
  })
})

const cutOff: Record<string, Fault> = {
  'ends before the length it promised': {
    reply: answering(`${ok}Content-Length: 100\r\n\r\n0123456789`, 'fin'),
    code: 'target_reset',
    reason: /ended early/,
  },
  'resets before the length it promised': {
    reply: answering(`${ok}Content-Length: 100\r\n\r\n0123456789`, 'rst'),
    code: 'target_reset',
    reason: /ECONNRESET/,
  },
  'ends in the middle of chunks': {
    reply: answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`, 'fin'),
    code: 'target_reset',
    reason: /ended early/,
  },
  'ends in the middle of a chunk': {
    reply: answering(`${ok}Transfer-Encoding: chunked\r\n\r\nff\r\n0123456789`, 'fin'),
    code: 'target_reset',
    reason: /ended early/,
  },
  'ends after the last chunk, without its trailers': {
    reply: answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n`, 'fin'),
    code: 'target_reset',
    reason: /ended early/,
  },
  'resets in the middle of chunks': {
    reply: answering(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`, 'rst'),
    code: 'target_reset',
    reason: /ECONNRESET/,
  },
  'resets where the end of the connection is the end of the body': {
    reply: answering(`${ok}\r\n0123456789`, 'rst'),
    code: 'target_reset',
    reason: /ECONNRESET/,
  },
  'sends a bad chunk size after data': {
    reply: inPieces(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n`, 'ZZ\r\n'),
    code: 'bad_response',
    reason: /chunk size/,
  },
  'ends a chunk with LF alone': {
    reply: inPieces(`${ok}Transfer-Encoding: chunked\r\n\r\na\r\n0123456789`, '\n0\r\n\r\n'),
    code: 'bad_response',
    reason: /end of a chunk/,
  },
}

describe('the client is cut off and never told that all is there when the target', () => {
  test.each(Object.entries(cutOff))('%s', async (_name, { reply, code, reason }) => {
    await withBackend(reply, async ({ port, log, access, traffic }, backend) => {
      const began = Date.now()
      const { text, closed } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 8000)
      expect(closed).toBe(true)
      expect(Date.now() - began).toBeLessThan(5000)
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(text).toContain('0123456789')
      expect(text).not.toMatch(/0\r\n\r\n$/)
      expect(text).not.toMatch(/content-length: 10\r\n/i)
      expect(log.entries).toMatchObject([
        { level: 'warn', object: { target: 'a', code, reason: expect.stringMatching(reason) } },
      ])
      await until(() => access.length === 1, 'a line of the access log')
      expect(access).toMatchObject([{ status: 200, termination: code, bytesOut: 10 }])
      expect(traffic.state().upstreams[0]?.targets[0]?.failures).toBe(1)
      await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
    })
  })
})

interface Stall {
  readonly reply: Reply
  readonly timeouts: Record<string, number>
  readonly code: string
  /** What the log says of it; undefined where the target is not at fault. */
  readonly reason: RegExp | undefined
}

const silent: Reply = (socket) => void socket.resume()

const stalls: Record<string, Stall> = {
  'never answers': {
    reply: silent,
    timeouts: { responseMs: 200 },
    code: 'response_timeout',
    reason: /no answer/,
  },
  'stops in the head': {
    reply: answering(`${ok}Content-Length: 5\r\nX-Half`),
    timeouts: { responseMs: 200 },
    code: 'response_timeout',
    reason: /no answer/,
  },
  'sends interim answers and nothing else': {
    reply: answering('HTTP/1.1 102 Processing\r\n\r\n'),
    timeouts: { responseMs: 200 },
    code: 'response_timeout',
    reason: /no answer/,
  },
  'takes longer than all of it may': {
    reply: silent,
    timeouts: { totalMs: 200 },
    code: 'total_timeout',
    reason: /total/,
  },
}

describe('504 when the target', () => {
  test.each(Object.entries(stalls))('%s', async (_name, { reply, timeouts, code, reason }) => {
    await withBackend(
      reply,
      async ({ port, log, access }, backend) => {
        const answer = await ask(port)
        expect(answer).toMatchObject({ status: 504, complete: true })
        expect(answer.text).toContain(code)
        expect(log.entries).toMatchObject([
          { object: { target: 'a', code, reason: expect.stringMatching(reason ?? '') } },
        ])
        await until(() => access.length === 1, 'a line of the access log')
        expect(access).toMatchObject([{ status: 504, termination: code, attempts: 1 }])
        await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
      },
      { timeouts },
    )
  })
})

describe('the client is cut off when a target', () => {
  const half = answering(`${ok}Content-Length: 100\r\n\r\n0123456789`)
  test.each([
    ['stalls in a body', half, { idleMs: 200 }, 'response_timeout', 'target_stalled'],
    ['takes longer over a body than all of it may', half, { totalMs: 200 }, 'total_timeout', 'total_timeout'],
  ])('%s', async (_name, reply, timeouts, code, termination) => {
    await withBackend(
      reply,
      async ({ port, log, access }, backend) => {
        const { text, closed } = await exchangeRaw(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 8000)
        expect(text).toMatch(/0123456789$/)
        expect(closed).toBe(true)
        expect(log.entries).toMatchObject([{ object: { target: 'a', code } }])
        await until(() => access.length === 1, 'a line of the access log')
        expect(access).toMatchObject([{ status: 200, termination, bytesOut: 10 }])
        await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
      },
      { timeouts },
    )
  })
})

test('502 when nobody listens at the address of the target', async () => {
  const gone = await startRawBackend(() => {})
  await gone[Symbol.asyncDispose]()
  await using gateway = await startGateway(forwardTo(gone.url))
  const answer = await ask(gateway.port)
  expect(answer).toMatchObject({ status: 502, complete: true })
  expect(answer.text).toContain('connect_failed')
  expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN/)
  expect(gateway.log.entries).toMatchObject([
    { object: { code: 'connect_failed', reason: expect.stringMatching(/ECONNREFUSED/) } },
  ])
  await until(() => gateway.access.length === 1)
  expect(gateway.access).toMatchObject([{ status: 502, termination: 'connect_failed', target: 'a', attempts: 1 }])
})

test('502 when the name of the target leads nowhere', async () => {
  await using gateway = await startGateway(forwardTo('http://nowhere.invalid:80'))
  const answer = await ask(gateway.port)
  expect(answer).toMatchObject({ status: 502, complete: true })
  expect(answer.text).toContain('connect_failed')
  expect(gateway.log.entries).toMatchObject([{ object: { code: 'connect_failed' } }])
})

test('504 when a target accepts the connection and then says nothing of TLS', async () => {
  await using backend = await startRawBackend(silent)
  const url = backend.url.replace('http:', 'https:')
  await using gateway = await startGateway(forwardTo(url, { timeouts: { tlsMs: 200 } }))
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(504)
  expect(answer.text).toContain('connect_timeout')
  expect(gateway.log.entries).toMatchObject([{ object: { code: 'connect_timeout', reason: 'securing' } }])
  await until(() => backend.sockets.size === 0, 'the connection to the target is closed')
})
