import { type Candidate, createCandidates } from './candidate.ts'
import { PathIndex } from './path-index.ts'
import type { Routable, RouteRequest } from './routable.ts'
import { Search } from './search.ts'

/** Finds the route of a request. Built once, when a runtime is. */
export interface Router<R extends Routable> {
  /** The route that the request takes, or undefined when none matches. */
  find(request: RouteRequest): R | undefined
  /** The same, and how many routes had their conditions compared to find it. */
  explain(request: RouteRequest): { route: R | undefined; examined: number }
}

/**
 * Compiles routes into a router. A request takes the first of the matching routes in the order that `candidate.ts` gives them.
 *
 * - A prefix matches at a segment boundary: `/api` matches `/api` and `/api/x`; `/api/` matches `/api/x` and `/api/`.
 * - `*.example.com` matches one or more labels before `example.com`, not `example.com` itself.
 * - A regular expression must match the whole path, or the whole value of a header or parameter.
 * - Paths are compared by `comparablePath`, parameters decoded (`parseQuery`), everything else to the letter.
 * - A header that came several times is one value, joined by `, `; of a parameter that came several times one that
 *   fits is enough.
 *
 * Finding looks up the host and its suffixes, then the segments of the path; what is left are the routes of that very
 * host and path. It stops where no later one could win.
 *
 * Throws the error of the regex engine when an expression is wrong; `parseConfig` has refused such a document before.
 */
export function compileRoutes<R extends Routable>(routes: readonly R[]): Router<R> {
  const exact = new Map<string, Candidate<R>[]>()
  const wildcard = new Map<string, Candidate<R>[]>()
  const any: Candidate<R>[] = []
  for (const candidate of createCandidates(routes)) {
    const { host } = candidate
    if (host === undefined) any.push(candidate)
    else if (host.startsWith('*.')) append(wildcard, host.slice(2), candidate)
    else append(exact, host, candidate)
  }
  const index = { exact: indexAll(exact), wildcard: indexAll(wildcard), any: new PathIndex(any) }

  function searchFor(request: RouteRequest): Search<R> {
    const search = new Search<R>(request)
    const { host } = request
    index.exact.get(host)?.search(search)
    if (index.wildcard.size > 0) {
      for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        if (dot > 0) index.wildcard.get(host.slice(dot + 1))?.search(search)
      }
    }
    index.any.search(search)
    return search
  }

  return {
    find: (request) => searchFor(request).best?.route,
    explain(request) {
      const { best, examined } = searchFor(request)
      return { route: best?.route, examined }
    },
  }
}

function indexAll<R extends Routable>(candidates: Map<string, Candidate<R>[]>): Map<string, PathIndex<R>> {
  const indexes = new Map<string, PathIndex<R>>()
  for (const [host, list] of candidates) indexes.set(host, new PathIndex(list))
  return indexes
}

function append<R extends Routable>(map: Map<string, Candidate<R>[]>, key: string, candidate: Candidate<R>): void {
  const candidates = map.get(key)
  if (candidates) candidates.push(candidate)
  else map.set(key, [candidate])
}
