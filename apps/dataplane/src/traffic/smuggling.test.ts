import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, startBackend } from './testing/backend.ts'
import { exchangeRaw } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

let backend: Backend
let gateway: Gateway
const seen: string[] = []

beforeAll(async () => {
  backend = await startBackend((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    request.resume()
    request.on('end', () => response.end('ok'))
  })
  gateway = await startGateway(forwardTo(backend.url))
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

const post = 'POST / HTTP/1.1\r\nHost: a\r\n'
const chunk = '1\r\na\r\n0\r\n\r\n'
const hidden = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n'

/** Refused before a body is looked at: nothing reaches the target. */
const refusedAtTheHead: Record<string, string> = {
  'length and encoding': `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
  'encoding and length': `${post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n${chunk}`,
  'an empty encoding and a length': `${post}Transfer-Encoding:\r\nContent-Length: 3\r\n\r\nabc${hidden}`,
  'an empty encoding': `${post}Transfer-Encoding:\r\n\r\n${hidden}`,
  'encoding ,chunked': `${post}Transfer-Encoding: ,chunked\r\n\r\n${chunk}`,
  'encoding identity, chunked': `${post}Transfer-Encoding: identity, chunked\r\n\r\n${chunk}`,
  'encoding gzip, chunked': `${post}Transfer-Encoding: gzip, chunked\r\n\r\n${chunk}`,
  'encoding gzip': `${post}Transfer-Encoding: gzip\r\n\r\n${chunk}`,
  'encoding twice': `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
  'encoding identity and chunked': `${post}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
  'a quoted encoding': `${post}Transfer-Encoding: "chunked"\r\n\r\n${chunk}`,
  'an encoding with a parameter': `${post}Transfer-Encoding: chunked;q=1\r\n\r\n${chunk}`,
  'encoding with HTTP/1.0': `POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
  'encoding gzip, chunked behind an expectation': `${post}Expect: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${chunk}`,
  'two Hosts and an expectation': 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nExpect: x\r\n\r\n',
  'a length with a sign': `${post}Content-Length: +3\r\n\r\nabc`,
  'a length with a space inside': `${post}Content-Length: 1 2\r\n\r\nabc`,
  'a length in hexadecimal': `${post}Content-Length: 0x3\r\n\r\nabc`,
  'a list of lengths': `${post}Content-Length: 3, 3\r\n\r\nabc`,
  'two equal lengths': `${post}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
  'two lengths': `${post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  'an empty length': `${post}Content-Length:\r\n\r\n`,
  'a length above 2^53': `${post}Content-Length: 9007199254740993\r\n\r\n`,
  'a length above 2^64': `${post}Content-Length: 18446744073709551617\r\n\r\n`,
  'a bare CR in a value': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n',
  'a bare LF after a field': 'GET / HTTP/1.1\r\nHost: a\nX: a\r\n\r\n',
  'a bare LF after the request line': 'GET / HTTP/1.1\nHost: a\r\n\r\n',
  'NUL in a value': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n',
  'a control byte in a value': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n',
  'DEL in a value': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fb\r\n\r\n',
  'a folded field': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n',
  'space before the colon': 'GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n',
  'an empty name': 'GET / HTTP/1.1\r\nHost: a\r\n: a\r\n\r\n',
  'a name that is no token': 'GET / HTTP/1.1\r\nHost: a\r\nX(y): a\r\n\r\n',
  'no Host': 'GET / HTTP/1.1\r\n\r\n',
  'an empty Host': 'GET / HTTP/1.1\r\nHost:\r\n\r\n',
  'two Hosts': 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n',
  'Host with a user': 'GET / HTTP/1.1\r\nHost: u@a\r\n\r\n',
  'Host with a path': 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n',
  'Host with a comma': 'GET / HTTP/1.1\r\nHost: a,b\r\n\r\n',
  'Host with a space': 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
  'Host with a port that is none': 'GET / HTTP/1.1\r\nHost: a:b\r\n\r\n',
  'an absolute target that is not the Host': 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'an absolute target with a user': 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a byte that is not ASCII': 'GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a control byte': 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target with a fragment': 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n',
  'a target without a slash': 'GET a HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET of *': 'GET * HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/1.32': 'GET / HTTP/1.32\r\nHost: a\r\n\r\n',
  'HTTP/2.0 in the request line': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a path that climbs out': 'GET /a/../../b HTTP/1.1\r\nHost: a\r\n\r\n',
  'an escaped slash': 'GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n',
  'an escaped backslash': 'GET /a%5Cb HTTP/1.1\r\nHost: a\r\n\r\n',
  'an escaped NUL': 'GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n',
  'a broken escape': 'GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  'a backslash': 'GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n',
}

describe('a head that two readers could understand differently is refused', () => {
  test.each(Object.entries(refusedAtTheHead))('%s', async (_name, bytes) => {
    seen.length = 0
    const { text, closed } = await exchangeRaw(gateway.port, `${bytes}${hidden}`)
    expect(text.slice(0, 12)).toMatch(/^HTTP\/1\.1 (400|501|505)$/)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(closed).toBe(true)
    expect(seen).toEqual([])
  })
})

const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`

const refusedInTheBody: Record<string, string> = {
  'a chunk size that ends with LF': `${chunked}1\na\r\n0\r\n\r\n`,
  'a bare CR in a chunk extension': `${chunked}1;a\rb\r\na\r\n0\r\n\r\n`,
  'a bare LF in a chunk extension': `${chunked}1;a\nb\r\na\r\n0\r\n\r\n`,
  'a chunk size in 0x form': `${chunked}0x1\r\na\r\n0\r\n\r\n`,
  'a chunk size with a sign': `${chunked}+1\r\na\r\n0\r\n\r\n`,
  'a chunk size with a space': `${chunked}1 \r\na\r\n0\r\n\r\n`,
  'a chunk size beyond 64 bits': `${chunked}10000000000000000\r\na\r\n0\r\n\r\n`,
  'a chunk that is longer than it says': `${chunked}1\r\nab\r\n0\r\n\r\n`,
  'a chunk that ends with LF': `${chunked}1\r\na\n0\r\n\r\n`,
  'a length among the trailers': `${chunked}1\r\na\r\n0\r\nContent-Length: 4\r\n\r\n`,
}

describe('a body that two readers could understand differently is refused', () => {
  test.each(Object.entries(refusedInTheBody))('%s', async (_name, bytes) => {
    seen.length = 0
    const { text, closed } = await exchangeRaw(gateway.port, `${bytes}${hidden}`)
    expect(text.slice(0, 12)).toBe('HTTP/1.1 400')
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(closed).toBe(true)
    expect(seen).not.toContain('GET /hidden')
  })
})

test('HTTP/0.9 is not answered', async () => {
  const { text } = await exchangeRaw(gateway.port, 'GET /\r\n\r\n', 500)
  expect(text).toMatch(/^(HTTP\/1\.1 400|$)/)
})

test('CONNECT is refused', async () => {
  const { text, closed } = await exchangeRaw(gateway.port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n')
  expect(text.slice(0, 12)).toBe('HTTP/1.1 405')
  expect(closed).toBe(true)
})

test('OPTIONS * is about the gateway and is answered by it', async () => {
  seen.length = 0
  const { text } = await exchangeRaw(gateway.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  expect(text.slice(0, 12)).toBe('HTTP/1.1 204')
  expect(seen).toEqual([])
})

test('an absolute target that is the Host is the same as its path', async () => {
  seen.length = 0
  const { text } = await exchangeRaw(
    gateway.port,
    'GET http://A:80/x?y HTTP/1.1\r\nHost: a:80\r\nConnection: close\r\n\r\n',
  )
  expect(text.slice(0, 12)).toBe('HTTP/1.1 200')
  expect(seen).toEqual(['GET /x?y'])
})

test('the path that a target gets is the one that was matched', async () => {
  seen.length = 0
  await exchangeRaw(
    gateway.port,
    'GET /a/./b//../c%2E/%2e%2e/d?x=/../y HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  )
  expect(seen).toEqual(['GET /a/d?x=/../y'])
})

test('more fields than allowed are refused, wherever the framing stands among them', async () => {
  for (const count of [101, 1500, 3000]) {
    for (const framing of ['Content-Length: 33', 'Transfer-Encoding: chunked']) {
      seen.length = 0
      const fields = 'a:\r\n'.repeat(count)
      const body = framing.startsWith('C') ? hidden : `21\r\n${hidden}\r\n0\r\n\r\n`
      const bytes = `GET / HTTP/1.1\r\nHost: a\r\n${fields}${framing}\r\n\r\n${body}`
      const { text, closed } = await exchangeRaw(gateway.port, bytes)
      expect(text.slice(0, 12)).toBe('HTTP/1.1 431')
      expect(closed).toBe(true)
      expect(seen).toEqual([])
    }
  }
})

test('a head that is too long is refused', async () => {
  const { text, closed } = await exchangeRaw(
    gateway.port,
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  )
  expect(text.slice(0, 12)).toBe('HTTP/1.1 431')
  expect(closed).toBe(true)
})

test('a target that is too long is refused', async () => {
  const { text, closed } = await exchangeRaw(gateway.port, `GET /${'x'.repeat(8200)} HTTP/1.1\r\nHost: a\r\n\r\n`)
  expect(text.slice(0, 12)).toBe('HTTP/1.1 414')
  expect(closed).toBe(true)
})

test('an expectation that nobody knows is passed over', async () => {
  seen.length = 0
  const bytes = `${post}Expect: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc`
  const { text } = await exchangeRaw(gateway.port, bytes)
  expect(text.slice(0, 12)).toBe('HTTP/1.1 200')
  expect(seen).toEqual(['POST /'])
})

test('a field named __proto__ harms nobody', async () => {
  const { text } = await exchangeRaw(
    gateway.port,
    'GET / HTTP/1.1\r\nHost: a\r\n__proto__: x\r\nConnection: close\r\n\r\n',
  )
  expect(text.slice(0, 12)).toBe('HTTP/1.1 200')
})

test('pipelined requests are answered in order, one at a time', async () => {
  seen.length = 0
  const bytes = Array.from(
    { length: 50 },
    (_, i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n${i === 49 ? 'Connection: close\r\n' : ''}\r\n`,
  )
  const { text } = await exchangeRaw(gateway.port, bytes.join(''))
  expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(50)
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => `GET /${i}`))
})

test('what comes after a request that was answered is refused without harming the answer', async () => {
  const { text, closed } = await exchangeRaw(gateway.port, `GET /first HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n`)
  expect(text.slice(0, 12)).toBe('HTTP/1.1 200')
  expect(text).toContain('HTTP/1.1 400')
  expect(closed).toBe(true)
})
