/** Long, since every way in which a head can be malformed has a line of its own. */
import { expect, test } from 'vitest'
import { parseRequestHead, type RequestHead } from './request-head.ts'

const limits = { headerBytes: 16_384, headerCount: 100, uriBytes: 8192 }

function parse(text: string, headerBytes = limits.headerBytes): RequestHead {
  const head = parseRequestHead(text, { ...limits, headerBytes })
  if (typeof head === 'string') throw new Error(head)
  return head
}

const get = (fields: string): string => `GET / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`
const post = (fields: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n`

const malformed: Record<string, string> = {
  'length and encoding': post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'),
  'encoding and length': post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'),
  'encoding and a length of 0': post('Transfer-Encoding: chunked\r\nContent-Length: 0\r\n'),
  'an empty encoding and a length': post('Transfer-Encoding:\r\nContent-Length: 3\r\n'),
  'an empty encoding': post('Transfer-Encoding:\r\n'),
  'an encoding of spaces': post('Transfer-Encoding:  \r\n'),
  'encoding ,chunked': post('Transfer-Encoding: ,chunked\r\n'),
  'encoding chunked,': post('Transfer-Encoding: chunked,\r\n'),
  'encoding chunked, chunked': post('Transfer-Encoding: chunked, chunked\r\n'),
  'encoding chunked, identity': post('Transfer-Encoding: chunked, identity\r\n'),
  'encoding identity': post('Transfer-Encoding: identity\r\n'),
  'encoding identity, chunked': post('Transfer-Encoding: identity, chunked\r\n'),
  'encoding gzip, chunked': post('Transfer-Encoding: gzip, chunked\r\n'),
  'encoding gzip': post('Transfer-Encoding: gzip\r\n'),
  'encoding xchunked': post('Transfer-Encoding: xchunked\r\n'),
  'encoding chunkedx': post('Transfer-Encoding: chunkedx\r\n'),
  'an encoding before a tab': post('Transfer-Encoding: chunked \t\r\n'),
  'an option before a tab': get('Connection: close\t\r\n'),
  'an upgrade by Proxy-Connection': get('Proxy-Connection: upgrade\r\n'),
  'encoding twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  'encoding identity and chunked': post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n'),
  'a quoted encoding': post('Transfer-Encoding: "chunked"\r\n'),
  'an encoding with a parameter': post('Transfer-Encoding: chunked;q=1\r\n'),
  'an encoding behind a vertical tab': post('Transfer-Encoding: \x0bchunked\r\n'),
  'an encoding behind a byte beyond ASCII': post('Transfer-Encoding: \xa0chunked\r\n'),
  'encoding with HTTP/1.0': 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  'a length with a plus': post('Content-Length: +3\r\n'),
  'a length with a minus': post('Content-Length: -3\r\n'),
  'a length with a space inside': post('Content-Length: 1 2\r\n'),
  'a length in hexadecimal': post('Content-Length: 0x3\r\n'),
  'a length with hexadecimal digits': post('Content-Length: a\r\n'),
  'a length with a fraction': post('Content-Length: 3.0\r\n'),
  'a length with an exponent': post('Content-Length: 1e1\r\n'),
  'a length behind a tab': post('Content-Length:\t3\r\n'),
  'a length before a tab': post('Content-Length: 3\t\r\n'),
  'a list of lengths': post('Content-Length: 3, 3\r\n'),
  'a list of one length': post('Content-Length: 3,\r\n'),
  'two equal lengths': post('Content-Length: 3\r\nContent-Length: 3\r\n'),
  'two lengths': post('Content-Length: 3\r\ncontent-length: 4\r\n'),
  'an empty length': post('Content-Length:\r\n'),
  'a length of 2^53': post('Content-Length: 9007199254740992\r\n'),
  'a length above 2^64': post('Content-Length: 18446744073709551617\r\n'),
  'a length with seventeen digits': post('Content-Length: 00000000000000003\r\n'),
  'a bare CR in a value': get('X: a\rb\r\n'),
  'a CR before the end of a line': get('X: a\r\r\n'),
  'a bare LF in a value': get('X: a\nb\r\n'),
  'a bare LF after a field': 'GET / HTTP/1.1\r\nHost: a\nX: a\r\n\r\n',
  'a bare LF after the request line': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
  'a bare CR after the request line': 'GET / HTTP/1.1\rHost: a\r\n\r\n',
  'a bare CR before a field': get('\rX: a\r\n'),
  'a bare CR in a name': get('X\rY: a\r\n'),
  'a bare LF in a name': get('X\nY: a\r\n'),
  'a bare CR between name and colon': get('X\r: a\r\n'),
  'NUL in a value': get('X: a\0b\r\n'),
  'NUL in a name': get('X\0Y: a\r\n'),
  'NUL in a method': 'G\0ET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a control byte in a value': get('X: a\x01b\r\n'),
  'DEL in a value': get('X: a\x7fb\r\n'),
  'DEL behind a byte that carries': get('X: \xff\x7f\r\n'),
  'DEL in a name': get('X\x7f: a\r\n'),
  'a folded field': get('X: a\r\n b\r\n'),
  'a field folded with a tab': get('X: a\r\n\tb\r\n'),
  'a folded first field': 'GET / HTTP/1.1\r\n Host: a\r\n\r\n',
  'a folded encoding': post('Transfer-Encoding:\r\n chunked\r\n'),
  'space before the colon': get('X : a\r\n'),
  'a tab before the colon': get('X\t: a\r\n'),
  'an empty name': get(': a\r\n'),
  'a line without a colon': get('X\r\n'),
  'a name that is no token': get('X(y): a\r\n'),
  'a name in quotes': get('"X": a\r\n'),
  'a name with a space inside': get('X y: a\r\n'),
  'a name beyond ASCII': get('\xe9: a\r\n'),
  'two Hosts': get('Host: b\r\n'),
  'two equal Hosts': get('host: a\r\n'),
  'a target with a byte that is not ASCII': 'GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a control byte': 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with DEL': 'GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a tab': 'GET /\ta HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a fragment': 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a space': 'GET /a b HTTP/1.1\r\nHost: a\r\n\r\n',
  'no target': 'GET  HTTP/1.1\r\nHost: a\r\n\r\n',
  'two spaces before the target': 'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'two spaces before the version': 'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
  'a tab before the version': 'GET /\tHTTP/1.1\r\nHost: a\r\n\r\n',
  'a space behind the version': 'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
  'a space before the method': ' GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'an empty line before the method': '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a method that is no token': 'G(T / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a method longer than any': `${'G'.repeat(33)} / HTTP/1.1\r\nHost: a\r\n\r\n`,
  'HTTP/0.9': 'GET /\r\n\r\n',
  'HTTP/1.32': 'GET / HTTP/1.32\r\nHost: a\r\n\r\n',
  'HTTP/01.1': 'GET / HTTP/01.1\r\nHost: a\r\n\r\n',
  'HTTP/1.': 'GET / HTTP/1.\r\nHost: a\r\n\r\n',
  'HTTP in small letters': 'GET / http/1.1\r\nHost: a\r\n\r\n',
  'HTTPS for HTTP': 'GET / HTTPS/1.1\r\nHost: a\r\n\r\n',
  'no version': 'GET / \r\nHost: a\r\n\r\n',
  'an empty line alone': '\r\n',
  'no empty line': 'GET / HTTP/1.1\r\nHost: a\r\n',
  'something behind the empty line': `${get('')}X`,
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  SSH: 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
}

test.each(Object.entries(malformed))('%s is refused', (_what, text) => {
  expect(parseRequestHead(text, limits)).toBe('bad_request')
})

test.each([
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\n', 'version_not_supported'],
  ['HTTP/2.0', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 'version_not_supported'],
  ['HTTP/1.2', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', 'version_not_supported'],
  ['HTTP/0.9 by name', 'GET / HTTP/0.9\r\nHost: a\r\n\r\n', 'version_not_supported'],
  ['a method that nobody knows', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 'method_not_supported'],
  ['a method in small letters', 'get / HTTP/1.1\r\nHost: a\r\n\r\n', 'method_not_supported'],
])('%s has a code of its own', (_what, text, code) => {
  expect(parseRequestHead(text, limits)).toBe(code)
})

test('what is beyond a limit is refused, and what is at it is not', () => {
  const outcome = (text: string, given: Partial<typeof limits>) => parseRequestHead(text, { ...limits, ...given })
  const three = get('A: b\r\nC: d\r\n')
  expect(outcome(three, { headerCount: 3 })).toBeTypeOf('object')
  expect(outcome(three, { headerCount: 2 })).toBe('headers_too_large')
  expect(outcome(three, { headerBytes: three.length })).toBeTypeOf('object')
  expect(outcome(three, { headerBytes: three.length - 1 })).toBe('headers_too_large')
  expect(outcome('GET /abc HTTP/1.1\r\nHost: a\r\n\r\n', { uriBytes: 4 })).toBeTypeOf('object')
  expect(outcome('GET /abc HTTP/1.1\r\nHost: a\r\n\r\n', { uriBytes: 3 })).toBe('uri_too_long')
  expect(outcome('GET /abc HTTP/1.1\r\nHost: a\r\n\r\n', { headerBytes: 10 })).toBe('uri_too_long')
})

test('of several faults the first counts, even where the head is too long as well', () => {
  const long = `${get(`X : a\r\nY: ${'y'.repeat(20_000)}\r\n`)}`
  expect(parseRequestHead(long, limits)).toBe('bad_request')
  expect(parseRequestHead(long.replace('X :', 'X:'), limits)).toBe('headers_too_large')
  expect(parseRequestHead(get(`X: ${'y'.repeat(20_000)}\x01\r\n`), limits)).toBe('headers_too_large')
  expect(parseRequestHead(get(`X: ${'y'.repeat(10_000)}\x01${'y'.repeat(10_000)}\r\n`), limits)).toBe('bad_request')
})

test('method, target, version and fields are read as they were written', () => {
  const head = parse(
    'M-SEARCH /a/../%2e?q=%41;[]"{}|^` HTTP/1.0\r\nHOST:a\r\nx-Empty:\r\nX-Tab: \t a\tb \t\r\nX-Latin: caf\xe9\r\n\r\n',
  )
  expect(head.method).toBe('M-SEARCH')
  expect(head.target).toBe('/a/../%2e?q=%41;[]"{}|^`')
  expect(head.minor).toBe(0)
  expect(head.authority).toBe('a')
  expect(head.headers.toRaw()).toEqual(['HOST', 'a', 'x-Empty', '', 'X-Tab', 'a\tb', 'X-Latin', 'caf\xe9'])
  expect(head.headers.get('x-empty')).toBe('')
})

test('names of any length and spelling are found again', () => {
  const names = [
    'a',
    'TE',
    'tE',
    'Via',
    'Hosts',
    'hOST-',
    'X-Forwarded-Fo',
    'Sec-Fetch-Sitf',
    '__proto__',
    'constructor',
  ]
  names.push('x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'y'.repeat(4000), "!#$%&'*+-.^_`|~", 'Content_Length')
  for (let round = 0; round < 2; round++) {
    const head = parse(get(names.map((name, i) => `${name}: ${i}\r\n`).join('')))
    expect(head.headers.toRaw().slice(2)).toEqual(names.flatMap((name, i) => [name, String(i)]))
    for (const name of names.slice(3)) expect(head.headers.get(name.toLowerCase())).toBeDefined()
  }
})

test('framing is a length, chunks, or nothing', () => {
  const framing = (text: string) => {
    const { length, chunked } = parse(text)
    return { length, chunked }
  }
  expect(framing(get(''))).toEqual({ length: -1, chunked: false })
  expect(framing(get('Content-Length: 0\r\n'))).toEqual({ length: 0, chunked: false })
  expect(framing(post('content-length:  0042 \r\n'))).toEqual({ length: 42, chunked: false })
  expect(framing(post('Content-Length: 9007199254740991\r\n')).length).toBe(Number.MAX_SAFE_INTEGER)
  expect(framing(post('Transfer-Encoding: chunked\r\n'))).toEqual({ length: -1, chunked: true })
  expect(framing(post('transfer-encoding:CHUNKED \r\n'))).toEqual({ length: -1, chunked: true })
})

test('a connection persists by version and option', () => {
  const persistent = (minor: 0 | 1, fields: string) =>
    parse(`GET / HTTP/1.${minor}\r\nHost: a\r\n${fields}\r\n`).persistent
  expect(persistent(1, '')).toBe(true)
  expect(persistent(1, 'Connection: Close\r\n')).toBe(false)
  expect(persistent(1, 'Connection: x, close\r\n')).toBe(false)
  expect(persistent(1, 'Connection: keep-alive\r\nConnection: close\r\n')).toBe(false)
  expect(persistent(1, 'Proxy-Connection: close\r\n')).toBe(false)
  expect(persistent(1, 'Connection: \xa0close\r\n')).toBe(true)
  expect(persistent(1, 'Connection: closed\r\n')).toBe(true)
  expect(persistent(0, '')).toBe(false)
  expect(persistent(0, 'Connection: Keep-Alive\r\n')).toBe(true)
  expect(persistent(0, 'Connection: keep-alive, close\r\n')).toBe(false)
})

test('what is only about the connection does not go on', () => {
  const head = parse(
    get(
      [
        'Connection: keep-alive, x-one',
        'Connection: X-Two ,, "x-three"',
        'X-One: 1',
        'x-TWO: 2',
        'X-Three: 3',
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic x',
        'TE: trailers',
        'Trailer: x',
        'Upgrade: h2c',
        'HTTP2-Settings: x',
        'Expect: 100-continue',
        'Content-Length: 0',
        'Accept: */*',
        '',
      ].join('\r\n'),
    ),
  )
  expect(head.endToEnd.toRaw()).toEqual(['X-Three', '3', 'Accept', '*/*'])
  expect(head.endToEnd.vouched).toBe(2)
  expect(head.headers.size).toBe(16)
})

test('a client cannot take away by Connection what others rely on', () => {
  const kept = ['Authorization', 'Cookie', 'Content-Type', 'Content-Encoding', 'Sec-WebSocket-Key', 'traceparent']
  const head = parse(
    get(
      `Connection: ${kept.join(', ')}, Host, Content-Length, X-Gone\r\nX-Gone: 1\r\n${kept.map((name) => `${name}: 1\r\n`).join('')}`,
    ),
  )
  expect(head.endToEnd.toRaw().filter((_, i) => i % 2 === 0)).toEqual(kept)
  expect(head.authority).toBe('a')
})

test('what a client claims to be does not go on, however it is spelled', () => {
  const claims = ['X-Forwarded-For', 'x_forwarded_for', 'X-Forwarded_Proto', 'Forwarded', 'X-Real-IP', 'X_Real_IP']
  claims.push('X-Original-URL', 'X_Rewrite_URL', 'X-Request-Id', 'X-FORWARDED-ANYTHING')
  const head = parse(get(claims.map((name) => `${name}: 1\r\n`).join('')))
  expect(head.endToEnd.size).toBe(0)
  expect(head.headers.size).toBe(claims.length + 1)
})

test('an underscore does not make a framing field pass', () => {
  const head = parse(get('Content_Length: 5\r\nTransfer_Encoding: chunked\r\nX_Y: 1\r\n'))
  expect([head.length, head.chunked]).toEqual([-1, false])
  expect(head.endToEnd.toRaw()).toEqual(['X_Y', '1'])
})

test('time grows with the length of a field, not with its square', () => {
  const began = performance.now()
  for (const filler of [' ', ',', ', ', 'a', 'a ', '\xa0', ', x ']) {
    const long = `x${filler.repeat(1_000_000 / filler.length)}x`
    parse(get(`Connection: ${long}\r\nTE: ,${long}\r\nUpgrade: ${long}\r\nX: ${long}\r\n`), 5_000_000)
  }
  expect(performance.now() - began).toBeLessThan(10_000)
})

test('an expectation counts with HTTP/1.1, and only the one there is', () => {
  expect(parse(post('Expect: 100-Continue\r\n')).expectsContinue).toBe(true)
  expect(parse(post('Expect: 200-ok\r\n')).expectsContinue).toBe(false)
  expect(parse('POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n').expectsContinue).toBe(false)
})

test('an upgrade counts when Connection names it, with HTTP/1.1', () => {
  expect(parse(get('Connection: Upgrade\r\nUpgrade: websocket\r\n')).upgrade).toBe('websocket')
  expect(parse(get('Upgrade: a/1\r\nConnection: keep-alive, upgrade\r\nUpgrade: b\r\n')).upgrade).toBe('a/1, b')
  expect(parse(get('Upgrade: websocket\r\n')).upgrade).toBeUndefined()
  expect(parse(get('Connection: upgrade\r\n')).upgrade).toBeUndefined()
  expect(parse(get('Connection: upgrade\r\nUpgrade:\r\nUpgrade:\r\n')).upgrade).toBeUndefined()
  expect(parse('GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n').upgrade).toBeUndefined()
})

test('trailers are accepted by TE alone', () => {
  expect(parse(get('TE: trailers\r\n')).acceptsTrailers).toBe(true)
  expect(parse(get('TE: deflate;q=0.5, Trailers\r\n')).acceptsTrailers).toBe(true)
  expect(parse(get('TE: xtrailers\r\n')).acceptsTrailers).toBe(false)
  expect(parse(get('')).acceptsTrailers).toBe(false)
})

test('of two trace parents there is none', () => {
  expect(parse(get('traceparent: a\r\n')).traceparent).toBe('a')
  expect(parse(get('traceparent: a\r\nTraceParent: b\r\n')).traceparent).toBeUndefined()
  expect(parse(get('')).traceparent).toBeUndefined()
})

test('heads longer than the room that is held for them are read', () => {
  const value = 'x'.repeat(100_000)
  const head = parseRequestHead(get(`X: ${value}\r\n`), { ...limits, headerBytes: 200_000 })
  expect(typeof head === 'object' && head.headers.get('x')).toBe(value)
})
