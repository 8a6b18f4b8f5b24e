import { parseQuery } from '../http/query.ts'
import { type Criterion, createCandidates, criterionBetween } from '../routing/candidate.ts'
import type { Condition, Routable, RouteRequest } from '../routing/routable.ts'
import { compileRoutes, type Router } from '../routing/router.ts'
import type { ConsideredRoute, FailedCondition } from './explanation.ts'

/** The route of a request and what became of all the others. */
export interface Consideration<R extends Routable> {
  readonly route: R | undefined
  readonly routes: readonly ConsideredRoute[]
}

/**
 * Compiles routes so that the router's choice can be explained. The choice is the router's own; whether a single
 * condition holds is asked of the same router, given a route that has no other condition.
 */
export function compileConsideration<R extends Routable>(
  routes: readonly R[],
): (request: RouteRequest) => Consideration<R> {
  const router = compileRoutes(routes)
  const ordered = inOrderOfPreference(routes)
  const conditions = new Map<Routable, SingleCondition[]>()
  const conditionsOf = (route: Routable): SingleCondition[] => {
    let all = conditions.get(route)
    if (!all) {
      all = conditionsIn(route)
      conditions.set(route, all)
    }
    return all
  }

  return (request) => {
    const taken = router.find(request)
    const considered = ordered.map((route): ConsideredRoute => {
      const { id } = route
      if (!route.enabled) return { id, result: 'disabled', failed: [], outrankedBy: null }
      const failed = conditionsOf(route).filter(({ router }) => router.find(request) === undefined)
      if (failed.length > 0) {
        return { id, result: 'not-matched', failed: failed.map(({ failure }) => failure(request)), outrankedBy: null }
      }
      if (taken === undefined || route === taken) return { id, result: 'taken', failed: [], outrankedBy: null }
      return { id, result: 'outranked', failed: [], outrankedBy: between(taken, route, request) }
    })
    return { route: taken, routes: [...considered].sort((a, b) => places[a.result] - places[b.result]) }
  }
}

const places: Record<ConsideredRoute['result'], number> = { taken: 0, outranked: 1, 'not-matched': 2, disabled: 3 }

/** Each route once, by the best of its hosts; disabled ones behind. */
function inOrderOfPreference<R extends Routable>(routes: readonly R[]): R[] {
  return [...new Set([...createCandidates(routes).map(({ route }) => route), ...routes])]
}

/** By what the route that is taken goes before another that matches, each by the best of its hosts that the request is for. */
function between(taken: Routable, other: Routable, request: RouteRequest): Criterion {
  return criterionBetween(wayTo(taken, request), wayTo(other, request))
}

function wayTo(route: Routable, request: RouteRequest): { route: Routable; host: string | undefined } {
  const { hosts } = route.match
  const ways = createCandidates([route])
  const way = hosts && ways.find(({ host }) => host !== undefined && single({ hosts: [host] }).find(request))
  return { route, host: way?.host }
}

interface SingleCondition {
  readonly router: Router<Routable>
  failure(request: RouteRequest): FailedCondition
}

/** A router that knows one route, with these conditions only. */
function single(match: Partial<Routable['match']>): Router<Routable> {
  return compileRoutes([{ id: '', enabled: true, priority: 0, match: { headers: [], query: [], ...match } }])
}

function conditionsIn({ match }: Routable): SingleCondition[] {
  const { listeners, hosts, path, methods, headers, query } = match
  const all: SingleCondition[] = []
  if (listeners) all.push(oneOf('listener', listeners, single({ listeners }), (request) => request.listener))
  if (hosts) all.push(oneOf('host', hosts, single({ hosts }), (request) => request.host))
  if (path) {
    const { type, value } = path
    all.push({
      router: single({ path }),
      failure: (request) => ({ condition: 'path', name: null, type, expected: [value], actual: [request.path] }),
    })
  }
  if (methods) all.push(oneOf('method', methods, single({ methods }), (request) => request.method))
  for (const header of headers) all.push(named('header', header, single({ headers: [header] }), headerValues))
  for (const parameter of query) all.push(named('query', parameter, single({ query: [parameter] }), parameterValues))
  return all
}

function oneOf(
  condition: FailedCondition['condition'],
  expected: readonly string[],
  router: Router<Routable>,
  actual: (request: RouteRequest) => string,
): SingleCondition {
  const failure = (request: RouteRequest): FailedCondition => {
    const there = actual(request)
    return { condition, name: null, type: 'one-of', expected, actual: there === '' ? [] : [there] }
  }
  return { router, failure }
}

function named(
  kind: 'header' | 'query',
  condition: Condition,
  router: Router<Routable>,
  actual: (request: RouteRequest, name: string) => readonly string[],
): SingleCondition {
  const { name, type } = condition
  const expected = condition.type === 'present' ? [] : [condition.value]
  return {
    router,
    failure: (request) => ({ condition: kind, name, type, expected, actual: actual(request, name) }),
  }
}

function headerValues(request: RouteRequest, name: string): readonly string[] {
  const value = request.header(name)
  return value === undefined ? [] : [value]
}

function parameterValues(request: RouteRequest, name: string): readonly string[] {
  return parseQuery(request.query).get(name) ?? []
}
