import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRoutes } from '../routing/router.ts'
import { arbitraryRequest, arbitraryRoute } from '../routing/testing/arbitrary-route.ts'
import { findNaively } from '../routing/testing/reference-router.ts'
import { compileConsideration } from './consider-routes.ts'

test('the route that is explained is the one that both routers find, and it alone beats all that match', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(arbitraryRoute, { selector: ({ id }) => id, maxLength: 30 }),
      fc.array(arbitraryRequest, { minLength: 1, maxLength: 8 }),
      (routes, requests) => {
        const router = compileRoutes(routes)
        const consider = compileConsideration(routes)
        for (const request of requests) {
          const { route, routes: considered } = consider(request)
          expect(route?.id).toBe(router.find(request)?.id)
          expect(route?.id).toBe(findNaively(routes, request)?.id)
          expect(considered.map(({ id }) => id).sort()).toEqual(routes.map(({ id }) => id).sort())
          expect(considered.filter(({ result }) => result === 'taken').map(({ id }) => id)).toEqual(
            route ? [route.id] : [],
          )
          // By itself each of them is found exactly when no condition is said to fail.
          for (const { id, result } of considered) {
            const alone = findNaively(
              routes.filter((one) => one.id === id),
              request,
            )
            expect(alone !== undefined).toBe(result === 'taken' || result === 'outranked')
          }
          // In their order each would be next if those before it were not there.
          const matching = considered
            .filter(({ result }) => result === 'taken' || result === 'outranked')
            .map(({ id }) => id)
          matching.forEach((id, place) => {
            const left = routes.filter((one) => !matching.slice(0, place).includes(one.id))
            expect(findNaively(left, request)?.id).toBe(id)
          })
        }
      },
    ),
    { seed: 22, numRuns: 500 },
  )
})
