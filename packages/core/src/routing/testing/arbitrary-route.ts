import fc from 'fast-check'
import type { Condition, Routable } from '../routable.ts'
import { requestFor } from './request.ts'

// Few names, so that routes collide and requests hit.
const segment = fc.constantFrom('a', 'b', 'ab', 'v1', 'x.y')
const path = fc
  .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
  .map(([segments, slash]) => `/${segments.join('/')}${slash && segments.length > 0 ? '/' : ''}`)
const host = fc
  .array(fc.constantFrom('a', 'b', 'com'), { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.'))
const value = fc.constantFrom('', '1', '2', '12', 'ab')
const name = fc.constantFrom('p', 'q', 'r')
const listener = fc.constantFrom('web', 'intern', 'edge')
const method = fc.constantFrom('GET', 'POST', 'PUT')

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ type: fc.constant('exact' as const), name, value }),
  fc.record({ type: fc.constant('regex' as const), name, value: fc.constantFrom('[0-9]+', '1|2', '.*', 'a?b?') }),
  fc.record({ type: fc.constant('present' as const), name }),
)
/** Expressions for paths that these requests have. */
export const arbitraryRegex = fc.constantFrom(
  '/a.*',
  '/a/.*',
  '/(?:a|b)/[^/]+',
  '^/a/b$',
  '/a|/b/.*',
  '/b/a|/a/.*',
  '/v[0-9]+(?:/.*)?',
  '/x\\.y/?',
  '/a?/b',
  '.*/ab',
  '/[a|b]/x.y',
  '(?i)/A/B',
)
const match: fc.Arbitrary<Routable['match']> = fc.record({
  listeners: fc.option(fc.uniqueArray(listener, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 1 }),
  hosts: fc.option(
    fc.uniqueArray(
      fc.oneof(
        host,
        host.map((h) => `*.${h}`),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    { nil: undefined },
  ),
  path: fc.option(
    fc.oneof(
      fc.record({ type: fc.constantFrom('exact' as const, 'prefix' as const), value: path }),
      fc.record({ type: fc.constant('regex' as const), value: arbitraryRegex }),
    ),
    { nil: undefined },
  ),
  methods: fc.option(fc.uniqueArray(method, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 1 }),
  headers: fc.array(condition, { maxLength: 2 }),
  query: fc.array(condition, { maxLength: 2 }),
})
/** Routes that compete for a few hosts, paths and conditions. */
export const arbitraryRoute: fc.Arbitrary<Routable> = fc.record({
  id: fc.nat({ max: 9999 }).map((n) => `r${n}`),
  enabled: fc.nat({ max: 9 }).map((n) => n > 0),
  priority: fc.constantFrom(0, 0, 0, 1, -1),
  match,
})
/** Requests that many of them match. */
export const arbitraryRequest = fc
  .record({
    listener,
    host,
    path,
    method,
    query: fc
      .array(fc.tuple(name, value), { maxLength: 4 })
      .map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
    headers: fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true }),
  })
  .map(requestFor)
