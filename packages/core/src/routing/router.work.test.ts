import { expect, test } from 'vitest'
import type { Routable } from './routable.ts'
import { compileRoutes } from './router.ts'
import { requestFor } from './testing/request.ts'
import { routeOf } from './testing/route.ts'

const count = 10_000
const many = (create: (i: number) => Routable) => Array.from({ length: count }, (_, i) => create(i))
const id = (i: number) => `r${i}`

/** How many routes are compared in the worst of a few requests, each of which must find the route it is meant for. */
function mostExamined(routes: Routable[], requestOf: (i: number) => Parameters<typeof requestFor>[0]): number {
  const router = compileRoutes(routes)
  const examined = [0, 1, 17, 4999, count - 1].map((i) => {
    const found = router.explain(requestFor(requestOf(i)))
    expect(found.route?.id).toBe(id(i))
    return found.examined
  })
  return Math.max(...examined)
}

test('of ten thousand hosts one is compared', () => {
  const routes = many((i) => routeOf(id(i), { hosts: [`h${i}.example.com`] }))
  expect(mostExamined(routes, (i) => ({ host: `h${i}.example.com` }))).toBe(1)
})

test('of ten thousand wildcards one is compared', () => {
  const routes = many((i) => routeOf(id(i), { hosts: [`*.h${i}.example.com`] }))
  expect(mostExamined(routes, (i) => ({ host: `a.b.h${i}.example.com` }))).toBe(1)
})

test('of ten thousand prefixes one is compared', () => {
  const routes = many((i) => routeOf(id(i), { path: { type: 'prefix', value: `/api/v1/s${i}` } }))
  expect(mostExamined(routes, (i) => ({ path: `/api/v1/s${i}/x/y` }))).toBe(1)
})

test('of ten thousand prefixes within each other the longest alone is compared', () => {
  const deep = (i: number) => `/${'a/'.repeat(i % 500)}x${Math.floor(i / 500)}`
  const routes = many((i) => routeOf(id(i), { path: { type: 'prefix', value: deep(i) } }))
  expect(mostExamined(routes, (i) => ({ path: `${deep(i)}/y` }))).toBe(1)
})

test('of ten thousand exact paths one is compared', () => {
  const routes = many((i) => routeOf(id(i), { path: { type: 'exact', value: `/page/${i}` } }))
  expect(mostExamined(routes, (i) => ({ path: `/page/${i}` }))).toBe(1)
})

test('of ten thousand expressions the matching one is compared', () => {
  const routes = many((i) => routeOf(id(i), { path: { type: 'regex', value: `/page-${i}-[0-9]+` } }))
  expect(mostExamined(routes, (i) => ({ path: `/page-${i}-7` }))).toBe(1)
})

test('of ten thousand tenants told apart by a header, a parameter or a listener a few are compared', () => {
  const byHeader = many((i) => routeOf(id(i), { headers: [{ type: 'exact', name: 'x-tenant', value: `t${i}` }] }))
  expect(mostExamined(byHeader, (i) => ({ headers: { 'x-tenant': `t${i}` } }))).toBe(1)
  const byQuery = many((i) => routeOf(id(i), { query: [{ type: 'exact', name: 'tenant', value: `t${i}` }] }))
  expect(mostExamined(byQuery, (i) => ({ query: `tenant=t${i}` }))).toBe(1)
  const byListener = many((i) => routeOf(id(i), { listeners: [`l${i}`] }))
  expect(mostExamined(byListener, (i) => ({ listener: `l${i}` }))).toBe(1)
})

test('a request that no route takes is not compared with ten thousand either', () => {
  const routes = many((i) =>
    routeOf(id(i), { hosts: [`h${i}.example.com`], path: { type: 'prefix', value: `/p${i}` } }),
  )
  const router = compileRoutes(routes)
  expect(router.explain(requestFor({ host: 'h7.example.com', path: '/p8' }))).toEqual({ route: undefined, examined: 0 })
})

test('a parameter repeated a thousand times does not repeat the comparing', () => {
  const routes = many((i) =>
    routeOf(id(i), { methods: ['POST'], query: [{ type: 'exact', name: 'q', value: `${i % 1000}` }] }),
  )
  const found = compileRoutes(routes).explain(requestFor({ query: 'q=1&'.repeat(1000) }))
  expect(found).toEqual({ route: undefined, examined: 10 })
})

test('a path of thousands of segments is walked no deeper than the routes go', () => {
  const router = compileRoutes([routeOf('a', { path: { type: 'prefix', value: '/a/a' } })])
  expect(router.find(requestFor({ path: '/a'.repeat(30_000) }))?.id).toBe('a')
})
