// How long it takes to find a route among 10,000. Run `npm run build` first, then `node bench/routing.mjs`.
import { compileRoutes } from '@switchyard/core/routing/router'

const count = 10_000
const rounds = 200_000

/** @typedef {Parameters<typeof compileRoutes>[0][number]['match']} RouteMatch */
/** @typedef {Parameters<ReturnType<typeof compileRoutes>['find']>[0]} RoutedRequest */

/**
 * @param {Partial<RouteMatch>} parts
 * @returns {RouteMatch}
 */
const match = (parts) => ({ headers: [], query: [], ...parts })
/**
 * @param {Partial<RoutedRequest>} parts
 * @returns {RoutedRequest}
 */
const request = (parts) => ({
  listener: 'web',
  host: 'shop.example.com',
  path: '/',
  method: 'GET',
  query: '',
  header: () => undefined,
  ...parts,
})

/** @type {Record<string, (i: number) => [RouteMatch, Partial<RoutedRequest>]>} */
const cases = {
  'exact hosts': (i) => [match({ hosts: [`h${i}.example.com`] }), { host: `h${i}.example.com`, path: '/a/b' }],
  'wildcard hosts': (i) => [match({ hosts: [`*.h${i}.example.com`] }), { host: `a.h${i}.example.com` }],
  prefixes: (i) => [match({ path: { type: 'prefix', value: `/api/v1/s${i}` } }), { path: `/api/v1/s${i}/users/42` }],
  'exact paths': (i) => [match({ path: { type: 'exact', value: `/page/${i}` } }), { path: `/page/${i}` }],
  'expressions, told apart by a segment': (i) => [
    match({ path: { type: 'regex', value: `/s${i}/[0-9]+` } }),
    { path: `/s${i}/42` },
  ],
  'a header value': (i) => [
    match({ headers: [{ type: 'exact', name: 'x-tenant', value: `t${i}` }] }),
    { header: (name) => (name === 'x-tenant' ? `t${i}` : undefined) },
  ],
}

const rows = Object.entries(cases).map(([name, caseOf]) => {
  const made = Array.from({ length: count }, (_, i) => caseOf(i))
  const started = performance.now()
  const router = compileRoutes(
    made.map(([routeMatch], i) => ({ id: `r${i}`, enabled: true, priority: 0, match: routeMatch })),
  )
  const compileMs = performance.now() - started
  // Few enough different requests to stay in the processor's cache, spread over all routes.
  const requests = Array.from({ length: 64 }, (_, i) => request(made[(i * 157) % count]?.[1] ?? {}))
  const run = () => {
    for (let i = 0; i < rounds; i++) {
      if (router.find(requests[i & 63] ?? request({})) === undefined) throw new Error(`${name}: nothing found`)
    }
  }
  run()
  const from = performance.now()
  run()
  const findUs = ((performance.now() - from) * 1000) / rounds
  return { 'routes told apart by': name, 'compile, ms': Math.round(compileMs), 'find, µs': Number(findUs.toFixed(2)) }
})
console.table(rows)
