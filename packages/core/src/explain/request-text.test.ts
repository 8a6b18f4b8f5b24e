import { expect, test } from 'vitest'
import { type ClientRequest, requestText } from './request-text.ts'

function textOf(parts: Partial<ClientRequest>): string | undefined {
  return requestText({ listener: 'web', peer: '192.0.2.1', method: 'GET', url: '/', headers: [], ...parts })
}

test('a request is written as a client sends it, its fields in order', () => {
  const headers = [
    ['Host', 'a.com'],
    ['X-A', '1'],
    ['x-a', '2'],
  ] as const
  expect(textOf({ url: '/a?b', headers })).toBe('GET /a?b HTTP/1.1\r\nHost: a.com\r\nX-A: 1\r\nx-a: 2\r\n\r\n')
})

test.each([
  ['http://a.com:8080/x?y#z', 'GET /x?y HTTP/1.1\r\nHost: a.com:8080\r\n\r\n'],
  ['https://a.com', 'GET / HTTP/1.1\r\nHost: a.com\r\n\r\n'],
  ['http://a.com?q', 'GET /?q HTTP/1.1\r\nHost: a.com\r\n\r\n'],
])('of %s without a Host field come both', (url, text) => {
  expect(textOf({ url })).toBe(text)
})

test('with a Host field a whole URL stays what is asked for, as proxies are asked', () => {
  expect(textOf({ url: 'http://a.com/x', headers: [['host', 'a.com']] })).toBe(
    'GET http://a.com/x HTTP/1.1\r\nhost: a.com\r\n\r\n',
  )
})

test.each([
  { headers: [['X-A', '1\r\nX-B: 2']] as const },
  { headers: [['X-A\n', '1']] as const },
  { method: 'GET / HTTP/1.1\r\nX' },
  { url: '/\0' },
  { url: '/€' },
])('what no head can say is not written: %j', (parts) => {
  expect(textOf(parts)).toBeUndefined()
})
