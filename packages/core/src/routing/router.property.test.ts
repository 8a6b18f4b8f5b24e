import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRoutes } from './router.ts'
import {
  arbitraryRegex as regex,
  arbitraryRequest as request,
  arbitraryRoute as route,
} from './testing/arbitrary-route.ts'
import { findNaively } from './testing/reference-router.ts'

test('the compiled router agrees with looking at every route and sorting', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(route, { selector: (r) => r.id, maxLength: 40 }),
      fc.array(request, { minLength: 1, maxLength: 10 }),
      (routes, requests) => {
        const router = compileRoutes(routes)
        for (const request of requests) expect(router.find(request)?.id).toBe(findNaively(routes, request)?.id)
      },
    ),
    { seed: 20, numRuns: 2000 },
  )
})

test('it agrees where lists are long: many conditions, many expressions on the same host and path', () => {
  const sameHost = route.map((r) => ({ ...r, match: { ...r.match, hosts: undefined } }))
  const plainPath = fc.constantFrom(undefined, { type: 'prefix' as const, value: '/a' })
  const crowded = fc.oneof(
    fc.tuple(sameHost, plainPath).map(([r, path]) => ({ ...r, match: { ...r.match, path } })),
    fc
      .tuple(sameHost, regex)
      .map(([r, value]) => ({ ...r, match: { ...r.match, path: { type: 'regex' as const, value } } })),
  )
  fc.assert(
    fc.property(
      fc.uniqueArray(crowded, { selector: (r) => r.id, minLength: 30, maxLength: 120 }),
      fc.array(request, { minLength: 1, maxLength: 20 }),
      (routes, requests) => {
        const router = compileRoutes(routes)
        for (const request of requests) expect(router.find(request)?.id).toBe(findNaively(routes, request)?.id)
      },
    ),
    { seed: 21, numRuns: 150 },
  )
})
