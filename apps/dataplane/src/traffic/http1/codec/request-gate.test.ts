import { expect, test } from 'vitest'
import { checkTarget } from './request-gate.ts'
import { parseRequestHead } from './request-head.ts'

const limits = { headerBytes: 16_384, headerCount: 100, uriBytes: 8192 }

function check(line: string, host: string | undefined, paths?: Parameters<typeof checkTarget>[1]) {
  const head = parseRequestHead(`${line}\r\n${host === undefined ? '' : `Host: ${host}\r\n`}\r\n`, limits)
  if (typeof head === 'string') throw new Error(head)
  return checkTarget(head, paths)
}

test.each([
  ['no Host', 'GET / HTTP/1.1', undefined],
  ['an empty Host', 'GET / HTTP/1.1', ''],
  ['an empty Host with HTTP/1.0', 'GET / HTTP/1.0', ''],
  ['Host with a user', 'GET / HTTP/1.1', 'u@a'],
  ['Host with a path', 'GET / HTTP/1.1', 'a/b'],
  ['Host with a query', 'GET / HTTP/1.1', 'a?b'],
  ['Host with a comma', 'GET / HTTP/1.1', 'a,b'],
  ['Host with a space', 'GET / HTTP/1.1', 'a b'],
  ['Host with a scheme', 'GET / HTTP/1.1', 'http://a'],
  ['Host with a port that is none', 'GET / HTTP/1.1', 'a:b'],
  ['Host with a port too large', 'GET / HTTP/1.1', 'a:65536'],
  ['Host beyond ASCII', 'GET / HTTP/1.1', '\xe9'],
  ['an absolute target that is not the Host', 'GET http://b/ HTTP/1.1', 'a'],
  ['an absolute target with another port', 'GET http://a:81/ HTTP/1.1', 'a'],
  ['an absolute target with a user', 'GET http://u@a/ HTTP/1.1', 'a'],
  ['an absolute target without a host', 'GET http:/// HTTP/1.1', 'a'],
  ['an absolute target and no Host', 'GET http://a/ HTTP/1.0', undefined],
  ['a target with another scheme', 'GET ftp://a/ HTTP/1.1', 'a'],
  ['a target without a slash', 'GET a HTTP/1.1', 'a'],
  ['a target that is a host', 'GET a:80 HTTP/1.1', 'a'],
  ['a target that is a query', 'GET ?a HTTP/1.1', 'a'],
  ['GET of *', 'GET * HTTP/1.1', 'a'],
  ['OPTIONS of */a', 'OPTIONS */a HTTP/1.1', 'a'],
  ['a path that climbs out', 'GET /a/../../b HTTP/1.1', 'a'],
  ['an absolute target that climbs out', 'GET http://a/../b HTTP/1.1', 'a'],
  ['an escaped slash', 'GET /a%2fb HTTP/1.1', 'a'],
  ['an escaped backslash', 'GET /a%5Cb HTTP/1.1', 'a'],
  ['an escaped NUL', 'GET /a%00b HTTP/1.1', 'a'],
  ['a broken escape', 'GET /a%zz HTTP/1.1', 'a'],
  ['a backslash', 'GET /a\\b HTTP/1.1', 'a'],
])('%s is refused', (_what, line, host) => {
  for (let round = 0; round < 2; round++) expect(check(line, host)).toBe('bad_request')
})

test('CONNECT is not supported', () => {
  expect(check('CONNECT a:80 HTTP/1.1', 'a:80')).toBe('method_not_supported')
  expect(check('CONNECT / HTTP/1.1', 'a')).toBe('method_not_supported')
})

test('host, path and query of a target in origin form', () => {
  for (let round = 0; round < 2; round++) {
    expect(check('GET /a/./b//../c?x=/../y?z HTTP/1.1', 'Shop.Example:80')).toEqual({
      authority: 'Shop.Example:80',
      host: 'shop.example',
      url: '/a/./b//../c?x=/../y?z',
      path: '/a/c',
      query: 'x=/../y?z',
    })
  }
})

test('an absolute target that is the Host is the same as its path', () => {
  const parts = { authority: 'a:80', host: 'a' }
  expect(check('GET http://A:80/x?y HTTP/1.1', 'a:80')).toEqual({ ...parts, url: '/x?y', path: '/x', query: 'y' })
  expect(check('GET HTTPS://a:80?y HTTP/1.1', 'a:80')).toEqual({ ...parts, url: '/?y', path: '/', query: 'y' })
  expect(check('GET http://a:80 HTTP/1.1', 'a:80')).toEqual({ ...parts, url: '/', path: '/', query: '' })
})

test('OPTIONS may ask about the gateway as a whole', () => {
  expect(check('OPTIONS * HTTP/1.1', 'a')).toMatchObject({ url: '*', path: '*', query: '' })
})

test('HTTP/1.0 needs no Host', () => {
  expect(check('GET / HTTP/1.0', undefined)).toMatchObject({ authority: '', host: '' })
})

test('a listener may let doubled slashes and escaped separators stay', () => {
  const lax = { mergeSlashes: false, encodedSeparators: 'keep' } as const
  expect(check('GET /a//b%2fc/../d HTTP/1.1', 'a', lax)).toMatchObject({ path: '/a//d' })
  expect(check('GET /a%00 HTTP/1.1', 'a', lax)).toBe('bad_request')
})

test('more hosts than are kept are told apart all the same', () => {
  for (let i = 0; i < 2000; i++)
    expect(check('GET / HTTP/1.1', `H${i}.example:1`)).toMatchObject({ host: `h${i}.example` })
})
