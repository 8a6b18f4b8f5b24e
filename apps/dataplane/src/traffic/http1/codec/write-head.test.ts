import { HeaderList } from '@switchyard/core/http/header-list'
import { expect, test } from 'vitest'
import { parseRequestHead } from './request-head.ts'
import { parseResponseHead } from './response-head.ts'
import { writeFields, writeRequestHead, writeResponseHead } from './write-head.ts'

const none = { length: -1, chunked: false }

function list(...raw: string[]): HeaderList {
  return HeaderList.fromRaw(raw)
}

test('the head of a request is written from its parts', () => {
  expect(writeRequestHead('POST', '/a?b', 'h:1', list('X-A', 'b', 'x-a', ''), { length: 5, chunked: false })).toBe(
    'POST /a?b HTTP/1.1\r\nHost: h:1\r\nX-A: b\r\nx-a: \r\nContent-Length: 5\r\n\r\n',
  )
  expect(writeRequestHead('GET', '*', 'h', list(), { length: -1, chunked: true })).toBe(
    'GET * HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  expect(writeRequestHead('GET', '/', 'h', list('A', 'b'), none, 'x/1')).toBe(
    'GET / HTTP/1.1\r\nHost: h\r\nA: b\r\nConnection: upgrade\r\nUpgrade: x/1\r\n\r\n',
  )
})

test('the head of a response is written from its parts', () => {
  expect(writeResponseHead(200, list('A', 'b'), { length: 0, chunked: false }, 'keep-alive', 'now')).toBe(
    'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 0\r\nDate: now\r\nConnection: keep-alive\r\n\r\n',
  )
  expect(writeResponseHead(599, list(), { length: -1, chunked: true }, 'close')).toBe(
    'HTTP/1.1 599 \r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
  )
  expect(writeResponseHead(103, list('Link', 'x'), none, undefined)).toBe('HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n')
})

test('the date that a target sent stays', () => {
  expect(writeResponseHead(200, list('DATE', 'then'), none, undefined, 'now')).toBe(
    'HTTP/1.1 200 OK\r\nDATE: then\r\n\r\n',
  )
})

test('where there is no content, nothing is said of its length', () => {
  for (const framing of [
    { length: 0, chunked: false },
    { length: -1, chunked: true },
  ]) {
    expect(writeResponseHead(204, list(), framing, undefined)).toBe('HTTP/1.1 204 No Content\r\n\r\n')
    expect(writeResponseHead(103, list(), framing, undefined)).toBe('HTTP/1.1 103 Early Hints\r\n\r\n')
  }
  expect(writeResponseHead(304, list(), { length: 5, chunked: false }, undefined)).toContain('Content-Length: 5')
})

test.each(['a b', 'a\tb', '\xe9'])('a host that can be none is not written: %j', (host) => {
  expect(writeRequestHead('GET', '/', host, list(), none)).toBeUndefined()
})

test('with chunks there is never a length', () => {
  expect(writeResponseHead(200, list(), { length: 5, chunked: true }, undefined)).not.toContain('Content-Length')
})

const connectionFields = [
  'Connection',
  'Keep-Alive',
  'Transfer-Encoding',
  'Upgrade',
  'TE',
  'Trailer',
  'Host',
  'CONTENT-LENGTH',
]

test('fields about the connection that somebody has added do not get out', () => {
  const headers = list(...connectionFields.flatMap((name) => [name, 'x']), 'A', 'b')
  expect(writeRequestHead('GET', '/', 'h', headers, none)).toBe('GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n')
  expect(writeResponseHead(200, headers, none, undefined)).toBe('HTTP/1.1 200 OK\r\nA: b\r\n\r\n')
})

const faults = ['a\rb', 'a\nb', 'a\r\nX: y', 'a\0b', 'a\x01', '\x7f', 'a\u010a', '\u{1f600}']

test.each(faults)('a value that cannot be written is not: %j', (value) => {
  const checked = parseRequestHead('GET / HTTP/1.1\r\nA: b\r\n\r\n', { headerBytes: 100, headerCount: 9, uriBytes: 9 })
  if (typeof checked === 'string') throw new Error(checked)
  // Behind fields that are vouched for, and in place of one of them.
  const behind = checked.endToEnd.clone()
  behind.append('x', value)
  const instead = checked.endToEnd.clone()
  instead.set('A', value)
  for (const headers of [list('x', value), list('connection', value), behind, instead]) {
    expect(writeRequestHead('GET', '/', 'h', headers, none)).toBeUndefined()
    expect(writeResponseHead(200, headers, none, undefined)).toBeUndefined()
    expect(writeFields(headers)).toBeUndefined()
  }
  expect(writeRequestHead('GET', '/', value, list(), none)).toBeUndefined()
  expect(writeRequestHead('GET', `/${value}`, 'h', list(), none)).toBeUndefined()
  expect(writeRequestHead('GET', '/', 'h', list(), none, value)).toBeUndefined()
})

test.each(['', 'a b', 'a:', 'a\r\nb', 'é', '(x)'])('a name that cannot be written is not: %j', (name) => {
  expect(writeRequestHead('GET', '/', 'h', list(name, 'x'), none)).toBeUndefined()
  expect(writeResponseHead(200, list(name, 'x'), none, undefined)).toBeUndefined()
})

test.each([
  ['no method', '', '/'],
  ['a method that nobody knows', 'BREW', '/'],
  ['a method with a line end', 'GET\r\n', '/'],
  ['no url', 'GET', ''],
  ['a url with a space', 'GET', '/a b'],
  ['a url with a fragment', 'GET', '/a#b'],
  ['a url beyond ASCII', 'GET', '/\xe9'],
])('a request line that cannot be written is not: %s', (_what, method, url) => {
  expect(writeRequestHead(method, url, 'h', list(), none)).toBeUndefined()
})

test.each([0, 99, 600, 200.5, Number.NaN, -1])('a status that is none is not written: %d', (status) => {
  expect(writeResponseHead(status, list(), none, undefined)).toBeUndefined()
})

test('what was parsed and written parses as the same', () => {
  const limits = { headerBytes: 1000, headerCount: 20, uriBytes: 100 }
  const text =
    'PUT /a?b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nX-Latin: caf\xe9\r\nx-a:\r\nX-A: \t b\tc \r\nContent-Length: 3\r\n\r\n'
  const first = parseRequestHead(text, limits)
  if (typeof first === 'string') throw new Error(first)
  const written = writeRequestHead(first.method, first.target, first.authority ?? '', first.endToEnd, first)
  const second = parseRequestHead(written ?? '', limits)
  if (typeof second === 'string') throw new Error(second)
  expect(second.endToEnd.toRaw()).toEqual(first.endToEnd.toRaw())
  expect([second.method, second.target, second.authority, second.length]).toEqual(['PUT', '/a?b', 'h', 3])

  const response = parseResponseHead('HTTP/1.0 404 X\r\nA: b\r\nTransfer_Encoding: x\r\nContent-Length: 3\r\n\r\n')
  if ('fault' in response) throw new Error(response.fault)
  expect(writeResponseHead(response.status, response.headers, response, 'close')).toBe(
    'HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 3\r\nConnection: close\r\n\r\n',
  )
})

test('fields can be written by themselves', () => {
  expect(writeFields(list('A', 'b', 'C', 'd'))).toBe('A: b\r\nC: d\r\n')
  expect(writeFields(list())).toBe('')
})
