import { expect, test } from 'vitest'
import type { Routable } from './routable.ts'
import { compileRoutes } from './router.ts'
import { requestFor } from './testing/request.ts'
import { routeOf } from './testing/route.ts'

/** The id of the route that a request takes. */
const find = (routes: Routable[], parts: Parameters<typeof requestFor>[0]) =>
  compileRoutes(routes).find(requestFor(parts))?.id

const prefix = (value: string) => ({ path: { type: 'prefix', value } }) as const
const exact = (value: string) => ({ path: { type: 'exact', value } }) as const
const regex = (value: string) => ({ path: { type: 'regex', value } }) as const

test('without routes nothing is found', () => {
  expect(find([], {})).toBeUndefined()
})

test('a disabled route is as if it were not there', () => {
  expect(find([routeOf('a', {}, { enabled: false })], {})).toBeUndefined()
})

test('a prefix matches at a segment boundary', () => {
  const routes = [routeOf('api', prefix('/api'))]
  expect(find(routes, { path: '/api' })).toBe('api')
  expect(find(routes, { path: '/api/' })).toBe('api')
  expect(find(routes, { path: '/api/x/y' })).toBe('api')
  expect(find(routes, { path: '/apix' })).toBeUndefined()
  expect(find(routes, { path: '/' })).toBeUndefined()
})

test('a prefix that ends with a slash does not match without it', () => {
  const routes = [routeOf('api', prefix('/api/'))]
  expect(find(routes, { path: '/api' })).toBeUndefined()
  expect(find(routes, { path: '/api/' })).toBe('api')
  expect(find(routes, { path: '/api/x' })).toBe('api')
})

test('the prefix / matches every path', () => {
  expect(find([routeOf('all', prefix('/'))], { path: '/' })).toBe('all')
  expect(find([routeOf('all', prefix('/'))], { path: '/a/b' })).toBe('all')
})

test('OPTIONS * takes a route that asks for no path, and no other', () => {
  const request = { method: 'OPTIONS', path: '*' }
  expect(find([routeOf('all', prefix('/')), routeOf('regex', regex('.*'))], request)).toBeUndefined()
  expect(find([routeOf('any')], request)).toBe('any')
})

test('an exact path matches itself only', () => {
  const routes = [routeOf('health', exact('/health'))]
  expect(find(routes, { path: '/health' })).toBe('health')
  expect(find(routes, { path: '/health/' })).toBeUndefined()
  expect(find(routes, { path: '/Health' })).toBeUndefined()
})

test('a regular expression must match the whole path, and case counts', () => {
  const routes = [routeOf('v', regex('/v[0-9]+'))]
  expect(find(routes, { path: '/v12' })).toBe('v')
  expect(find(routes, { path: '/v12/x' })).toBeUndefined()
  expect(find(routes, { path: '/x/v12' })).toBeUndefined()
  expect(find(routes, { path: '/V12' })).toBeUndefined()
})

test('alternatives of a regular expression are each matched whole', () => {
  const routes = [routeOf('either', regex('/a|/ab/c|/(?:x|y)/z'))]
  for (const path of ['/a', '/ab/c', '/x/z', '/y/z']) expect(find(routes, { path })).toBe('either')
  for (const path of ['/ab', '/a/c', '/x']) expect(find(routes, { path })).toBeUndefined()
})

test('a wildcard host matches one or more labels, not the domain itself', () => {
  const routes = [routeOf('sub', { hosts: ['*.example.com'] })]
  expect(find(routes, { host: 'shop.example.com' })).toBe('sub')
  expect(find(routes, { host: 'a.b.example.com' })).toBe('sub')
  expect(find(routes, { host: 'example.com' })).toBeUndefined()
  expect(find(routes, { host: 'notexample.com' })).toBeUndefined()
  expect(find(routes, { host: '.example.com' })).toBeUndefined()
})

test('every further condition must hold', () => {
  const routes = [
    routeOf('all', {
      listeners: ['web', 'intern'],
      methods: ['GET', 'HEAD'],
      headers: [
        { type: 'exact', name: 'x-tenant', value: 'blue' },
        { type: 'regex', name: 'accept', value: 'text/.*' },
        { type: 'present', name: 'cookie' },
      ],
      query: [
        { type: 'exact', name: 'beta', value: '1' },
        { type: 'regex', name: 'id', value: '[0-9]+' },
        { type: 'present', name: 'debug' },
      ],
    }),
  ]
  const headers = { 'x-tenant': 'blue', accept: 'text/html', cookie: '' }
  const query = 'beta=1&id=42&debug'
  expect(find(routes, { headers, query })).toBe('all')
  expect(find(routes, { headers, query, listener: 'other' })).toBeUndefined()
  expect(find(routes, { headers, query, method: 'POST' })).toBeUndefined()
  for (const name of ['x-tenant', 'accept', 'cookie'] as const) {
    const { [name]: _gone, ...others } = headers
    expect(find(routes, { headers: others, query })).toBeUndefined()
  }
  expect(find(routes, { headers: { ...headers, 'x-tenant': 'Blue' }, query })).toBeUndefined()
  expect(find(routes, { headers: { ...headers, accept: 'x text/html' }, query })).toBeUndefined()
  expect(find(routes, { headers, query: 'beta=1&id=42' })).toBeUndefined()
  expect(find(routes, { headers, query: 'beta=1&id=42x&debug' })).toBeUndefined()
})

test('parameters are compared decoded, a plus is a plus, and one of several values is enough', () => {
  const routes = [routeOf('q', { query: [{ type: 'exact', name: 'na me', value: 'a&b+c' }] })]
  expect(find(routes, { query: 'na%20me=x&na%20me=a%26b+c' })).toBe('q')
  expect(find(routes, { query: 'na+me=a%26b+c' })).toBeUndefined()
  expect(find(routes, { query: 'na%20me=a%26b%20c' })).toBeUndefined()
})

test('escaped letters do not get past a route', () => {
  const routes = [routeOf('admin', prefix('/admin')), routeOf('rest', prefix('/'))]
  expect(find(routes, { path: '/%61dmin/users' })).toBe('admin')
  expect(find([routeOf('admin', exact('/admin')), routeOf('rest')], { path: '/%61%64min' })).toBe('admin')
  expect(find([routeOf('admin', regex('/admin/.*')), routeOf('rest')], { path: '/a%64min/x' })).toBe('admin')
})

test('a path may be configured as people write it', () => {
  const routes = [routeOf('menu', prefix('/café menu'))]
  expect(find(routes, { path: '/caf%C3%A9%20menu/x' })).toBe('menu')
  expect(find(routes, { path: '/caf%c3%a9%20menu' })).toBe('menu')
})

test('the order: priority, host, path, further conditions, id', () => {
  const host = { hosts: ['shop.example.com'] }
  const ordered: Routable[] = [
    routeOf('z-priority', {}, { priority: 1 }),
    routeOf('z-exact-host', host),
    routeOf('z-long-wildcard', { hosts: ['*.example.com'] }),
    routeOf('z-short-wildcard', { hosts: ['*.com'] }),
    routeOf('z-exact-path', exact('/a/b')),
    routeOf('z-long-prefix', prefix('/a/b')),
    routeOf('z-short-prefix', prefix('/a')),
    routeOf('z-regex', regex('/a/.*')),
    routeOf('z-two', { methods: ['GET'], query: [{ type: 'present', name: 'q' }] }),
    routeOf('z-one', { listeners: ['web'] }),
    routeOf('x', {}),
    routeOf('y', {}),
    routeOf('last', {}, { priority: -1 }),
  ]
  const request = { path: '/a/b', query: 'q' }
  for (let left = [...ordered]; left.length > 0; left = left.slice(1)) {
    expect(find([...left].reverse(), request)).toBe(left[0]?.id)
  }
})

test('a route ranks by the host that matched, not by its best one', () => {
  const routes = [routeOf('a', { hosts: ['other.com', '*.com'] }), routeOf('b', { hosts: ['*.example.com'] })]
  expect(find(routes, {})).toBe('b')
})

test('a wrong expression throws when the routes are compiled', () => {
  expect(() => compileRoutes([routeOf('a', regex('/(?=a)'))])).toThrow()
  expect(() =>
    compileRoutes(Array.from({ length: 20 }, (_, i) => routeOf(`r${i}`, regex(i === 9 ? '(' : '/a')))),
  ).toThrow()
})

test('an expression that makes backtracking engines hang is answered at once', () => {
  const routes = [routeOf('evil', regex('/(?:(?:a+)+)+b'))]
  const started = performance.now()
  expect(find(routes, { path: `/${'a'.repeat(8000)}` })).toBeUndefined()
  expect(performance.now() - started).toBeLessThan(10_000)
})
