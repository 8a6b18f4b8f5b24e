import { expect, test } from 'vitest'
import { parseResponseHead, type ResponseHead } from './response-head.ts'

function parse(text: string): ResponseHead {
  const head = parseResponseHead(text)
  if ('fault' in head) throw new Error(head.fault)
  return head
}

const ok = (fields: string): string => `HTTP/1.1 200 OK\r\n${fields}\r\n`

const malformed: Record<string, string> = {
  'length and encoding': ok('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'),
  'encoding and length': ok('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'),
  'an empty encoding': ok('Transfer-Encoding:\r\n'),
  'encoding gzip, chunked': ok('Transfer-Encoding: gzip, chunked\r\n'),
  'encoding ,chunked': ok('Transfer-Encoding: ,chunked\r\n'),
  'encoding identity': ok('Transfer-Encoding: identity\r\n'),
  'encoding twice': ok('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  'encoding with HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'an encoding before a tab': ok('Transfer-Encoding: chunked\t\r\n'),
  'a length before a tab': ok('Content-Length: 3\t\r\n'),
  'two equal lengths': ok('Content-Length: 3\r\nContent-Length: 3\r\n'),
  'two lengths': ok('Content-Length: 3\r\nContent-Length: 4\r\n'),
  'a list of lengths': ok('Content-Length: 3, 3\r\n'),
  'a length with a sign': ok('Content-Length: +3\r\n'),
  'a length in hexadecimal': ok('Content-Length: 0x3\r\n'),
  'an empty length': ok('Content-Length: \r\n'),
  'a length above 2^53': ok('Content-Length: 9007199254740993\r\n'),
  'a bare CR in a value': ok('X: a\rb\r\n'),
  'a bare LF after a field': 'HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n',
  'a bare LF after the status line': 'HTTP/1.1 200 OK\nX: a\r\n\r\n',
  'NUL in a value': ok('X: a\0b\r\n'),
  'DEL in a value': ok('X: a\x7fb\r\n'),
  'a folded field': ok('X: a\r\n b\r\n'),
  'space before the colon': ok('X : a\r\n'),
  'an empty name': ok(': a\r\n'),
  'a name that is no token': ok('X(y): a\r\n'),
  'a control byte in the reason': 'HTTP/1.1 200 O\x01K\r\n\r\n',
  'a bare CR in the reason': 'HTTP/1.1 200 O\rK\r\n\r\n',
  'status 000': 'HTTP/1.1 000 OK\r\n\r\n',
  'status 099': 'HTTP/1.1 099 OK\r\n\r\n',
  'status 600': 'HTTP/1.1 600 OK\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'a status with a sign': 'HTTP/1.1 +20 OK\r\n\r\n',
  'no status': 'HTTP/1.1\r\n\r\n',
  'two spaces before the status': 'HTTP/1.1  200 OK\r\n\r\n',
  'a tab before the reason': 'HTTP/1.1 200\tOK\r\n\r\n',
  'HTTP/2.0': 'HTTP/2.0 200 OK\r\n\r\n',
  'HTTP/1.2': 'HTTP/1.2 200 OK\r\n\r\n',
  ICY: 'ICY 200 OK\r\n\r\n',
  'no HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
  'an empty line before': '\r\nHTTP/1.1 200 OK\r\n\r\n',
  'something behind the empty line': `${ok('')}x`,
  '101 fields': ok('a:\r\n'.repeat(101)),
  'a head of more than 64 KiB': ok(`X: ${'x'.repeat(66_000)}\r\n`),
}

test.each(Object.entries(malformed))('%s is a fault', (_what, text) => {
  expect(parseResponseHead(text)).toEqual({ fault: expect.any(String) })
})

test('status, version and fields are read as they were written', () => {
  const head = parse('HTTP/1.0 599 caf\xe9 au lait\r\nX-A: b\r\nSet-Cookie: a=b\r\nset-cookie: c=d\r\n\r\n')
  expect([head.status, head.minor]).toEqual([599, 0])
  expect(head.headers.toRaw()).toEqual(['X-A', 'b', 'Set-Cookie', 'a=b', 'set-cookie', 'c=d'])
  expect(head.headers.vouched).toBe(3)
})

test.each(['HTTP/1.1 200 OK', 'HTTP/1.1 200 ', 'HTTP/1.1 200'])('"%s" is a status line', (line) => {
  expect(parse(`${line}\r\nX: a\r\n\r\n`).headers.get('x')).toBe('a')
})

test('framing is a length, chunks, or the end of the connection', () => {
  const framing = (text: string) => {
    const { length, chunked } = parse(text)
    return { length, chunked }
  }
  expect(framing(ok('Content-Length: 5\r\n'))).toEqual({ length: 5, chunked: false })
  expect(framing(ok('Transfer-Encoding: Chunked\r\n'))).toEqual({ length: -1, chunked: true })
  expect(framing(ok(''))).toEqual({ length: -1, chunked: false })
  expect(framing('HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n')).toEqual({ length: 5, chunked: false })
})

test('a status without content has no length, and one that says otherwise is not trusted with another request', () => {
  const head = (status: number, fields: string) => parse(`HTTP/1.1 ${status} X\r\n${fields}\r\n`)
  expect(head(204, '')).toMatchObject({ length: -1, chunked: false, persistent: true })
  expect(head(204, 'Content-Length: 0\r\n')).toMatchObject({ length: -1, persistent: true })
  expect(head(204, 'Content-Length: 5\r\n')).toMatchObject({ length: -1, persistent: false })
  expect(head(103, 'Transfer-Encoding: chunked\r\n')).toMatchObject({ chunked: false, persistent: false })
})

test('a connection persists by version and option', () => {
  expect(parse(ok('')).persistent).toBe(true)
  expect(parse(ok('Connection: close\r\n')).persistent).toBe(false)
  expect(parse('HTTP/1.0 200 OK\r\n\r\n').persistent).toBe(false)
  expect(parse('HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n').persistent).toBe(true)
})

test.each([
  ['timeout=5', 5000],
  ['timeout=5, max=100', 5000],
  ['max=100,timeout=60', 60_000],
  ['max=100', -1],
  ['timeout=-5', -1],
  ['timeout=5x', -1],
  ['timeout=99999999999', -1],
  ['xtimeout=5', -1],
])('Keep-Alive: %s promises %i ms', (value, ms) => {
  expect(parse(ok(`Keep-Alive: ${value}\r\n`)).keepAliveMs).toBe(ms)
})

test('what is only about the connection is left out, and what Connection names beside it', () => {
  const head = parse(
    ok(
      'Connection: X-Gone, Set-Cookie, Content-Type\r\nX-Gone: 1\r\nSet-Cookie: a\r\nContent-Type: b\r\nTrailer: c\r\n' +
        'Keep-Alive: timeout=1\r\nProxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\nX-Request-Id: d\r\n',
    ),
  )
  expect(head.headers.toRaw()).toEqual(['Set-Cookie', 'a', 'Content-Type', 'b', 'X-Request-Id', 'd'])
  expect(head.headers.vouched).toBe(3)
})

test('a switch of protocols says to which', () => {
  const text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'
  expect(parse(`${text}Connection: Upgrade\r\n\r\n`).upgrade).toBe('websocket')
  expect(parse(`${text}\r\n`).upgrade).toBeUndefined()
})
