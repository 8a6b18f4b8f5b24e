import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createContext } from '../testing/context.ts'
import { middlewareOf, problemsOf } from '../testing/middleware-of.ts'
import { redirect } from './redirect.ts'

type Options = Parameters<typeof middlewareOf<(typeof redirect)['options']>>[1]

function redirected(options: Options, request: Parameters<typeof createContext>[0] = {}) {
  const ctx = createContext(request)
  let passed = false
  void middlewareOf(redirect, options)(ctx, () => {
    passed = true
  })
  return { passed, status: ctx.response?.status, location: ctx.response?.headers.get('location') }
}

const location = (to: string, request: Parameters<typeof createContext>[0] = {}) => redirected({ to }, request).location

test('302 is the default, the others of the family can be chosen', () => {
  expect(redirected({ to: '/x' })).toEqual({ passed: false, status: 302, location: '/x' })
  for (const status of [301, 303, 307, 308] as const) expect(redirected({ to: '/x', status }).status).toBe(status)
  expect(problemsOf(redirect, { to: '/x', status: 304 as 301 })).toHaveLength(1)
})

test.each([
  ['https://new.example.com{path}?{query}', 'https://new.example.com/a/b?x=1&y=%20'],
  ['https://{host}{path}', 'https://shop.example.com/a/b'],
  ['https://www.{host}:8443/{path}', 'https://www.shop.example.com:8443//a/b'],
  ['/sign-in?back={path}', '/sign-in?back=/a/b'],
  ['/search?{query}&from=old#top', '/search?x=1&y=%20&from=old#top'],
  ['/search?q={query}', '/search?q=x%3D1%26y%3D%2520'],
  ['{path}/', '/a/b/'],
  ['https://[2001:db8::1]:8443/', 'https://[2001:db8::1]:8443/'],
])('%s leads to %s', (to, expected) => {
  expect(location(to, { path: '/a/b', query: 'x=1&y=%20' })).toBe(expected)
})

test.each([
  ['https://a.example{path}?{query}', 'https://a.example/'],
  ['/x?{query}&b=1', '/x?b=1'],
  ['/x?b=1&{query}#c', '/x?b=1#c'],
  ['/x?q={query}', '/x?q='],
])('without a query, %s leads to %s', (to, expected) => {
  expect(location(to)).toBe(expected)
})

test('a rewrite before it counts', () => {
  const ctx = createContext({ path: '/api/x' })
  ctx.outgoing.path = '/x'
  void middlewareOf(redirect, { to: 'https://a.example{path}' })(ctx, () => undefined)
  expect(ctx.response?.headers.get('location')).toBe('https://a.example/x')
})

describe('scheme', () => {
  test('sends the same address to the other scheme, without the port', () => {
    const request = { path: '/a', query: 'b=c' }
    expect(redirected({ scheme: 'https', status: 301 }, request)).toEqual({
      passed: false,
      status: 301,
      location: 'https://shop.example.com/a?b=c',
    })
  })

  test('lets a request pass that has the scheme, so that no client goes round in circles', () => {
    expect(redirected({ scheme: 'https' }, { scheme: 'https' }).passed).toBe(true)
  })
})

test('a path cannot lead to another site', () => {
  expect(location('/{path}', { path: '/evil.example' })).toBe('/evil.example')
  expect(location('{path}', { path: '/evil.example' })).toBe('/evil.example')
})

test('a request without a host is not sent to one that it names in its path', () => {
  const request = { host: '', path: '/evil.example' }
  expect(() => redirected({ scheme: 'https' }, request)).toThrow('not well formed')
  expect(() => location('https://{host}{path}', request)).toThrow('not well formed')
  expect(location('{path}', request)).toBe('/evil.example')
})

test('OPTIONS * leads to the root', () => {
  expect(location('https://a.example{path}', { method: 'OPTIONS', path: '*' })).toBe('https://a.example/')
})

test('what a URL does not have is escaped', () => {
  expect(location('https://a.example{path}?{query}', { path: '/<"^`{|}>', query: 'a=\\"<>#' })).toBe(
    'https://a.example/%3C%22%5E%60%7B%7C%7D%3E?a=%5C%22%3C%3E%23',
  )
})

test('no request can add a parameter through the value of another', () => {
  expect(location('/sign-in?back={path}', { path: '/a&admin=1%26;x' })).toBe('/sign-in?back=/a%26admin%3D1%2526%3Bx')
})

test('whatever the request, a location stays on its site and in one line', () => {
  const text = fc.string({
    unit: fc.constantFrom('/', '\\', '@', '.', 'a', '%2f', '\r', '\n', '?', '#', ':', '\0', 'é'),
  })
  const templates = [
    '/{path}?{query}',
    '{path}',
    'https://a.example{path}?{query}',
    'https://a.example/x?y={path}&z={query}',
  ]
  fc.assert(
    fc.property(text, text, fc.constantFrom(...templates), (path, query, to) => {
      const found = location(to, { path: `/${path.replaceAll('#', '').replaceAll('?', '')}`, query }) ?? ''
      expect(found).toMatch(/^[\x21-\x7e]+$/)
      expect(new URL(found, 'https://a.example').host).toBe('a.example')
    }),
    { seed: 41, numRuns: 2000 },
  )
})

test('a location longer than clients take is refused', () => {
  expect(() => location('{path}{path}{path}', { path: `/${'a'.repeat(8000)}` })).toThrow('too long')
})

describe('the configuration', () => {
  test('sets exactly one way', () => {
    expect(problemsOf(redirect, {})).toEqual([{ path: '', message: 'set exactly one of to, scheme' }])
    expect(problemsOf(redirect, { to: '/', scheme: 'https' })).toHaveLength(1)
  })

  test.each([
    '//evil.example',
    'new.example.com',
    'ftp://a.example/',
    'javascript:alert(1)',
    'https:a.example',
    'https://',
    'https://{path}',
    'https://a.example{query}',
    'https://{query}/',
    'https://user@a.example/',
    'https://{host}.evil.example@b/',
    'https://a.example:port/',
    '{query}',
    '{host}/x',
    '/{uri}',
    '/{path',
    '/a}b',
    '/100%',
    '/a b',
    '/a\r\nset-cookie: x',
    '/a\\b',
    '/é',
    `/${'{path}'.repeat(9)}`,
  ])('%s is refused', (to) => {
    expect(problemsOf(redirect, { to }).map(({ path }) => path)).toEqual(['to'])
  })
})
