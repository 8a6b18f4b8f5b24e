import { configuredPath } from '../http/comparable-path.ts'
import { compilePattern } from './pattern.ts'
import type { Condition, Routable } from './routable.ts'
import type { Search } from './search.ts'

/** A condition beyond host and path, ready to be asked. */
type Test = (search: Search<Routable>) => boolean

/** One way to reach a route: the route by one of its hosts. Its rank says how many go before it. */
export interface Candidate<R extends Routable> {
  readonly route: R
  /** A host, `*.` before one, or undefined for any. */
  readonly host: string | undefined
  /** 0 is the first. No two of different routes are equal. */
  readonly rank: number
  holds(search: Search<R>): boolean
}

/** Every way to reach these routes, in the order in which they are to be preferred. Disabled routes are left out. */
export function createCandidates<R extends Routable>(routes: readonly R[]): Candidate<R>[] {
  const ways: { route: R; host: string | undefined; holds: Test; preference: Preference }[] = []
  for (const route of routes) {
    if (!route.enabled) continue
    const holds = compileConditions(route)
    for (const host of route.match.hosts ?? [undefined]) {
      ways.push({ route, host, holds, preference: preferenceOf(route, host) })
    }
  }
  return ways
    .sort((a, b) => comparePreferences(a.preference, b.preference))
    .map(({ route, host, holds }, rank) => ({ route, host, holds, rank }))
}

/** What decides between two routes that both match, the weightiest first; higher wins, but for the id. */
interface Preference {
  readonly priority: number
  readonly host: number
  readonly path: number
  readonly conditions: number
  readonly id: string
}

/**
 * Higher priority; exact host, then the longest wildcard, then none; exact path, then the longest prefix, then regex,
 * then none; more further conditions; the id.
 */
function comparePreferences(a: Preference, b: Preference): number {
  for (const criterion of criteria) {
    const difference = b[criterion] - a[criterion]
    if (difference !== 0) return difference
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

const criteria = ['priority', 'host', 'path', 'conditions'] as const

/** What decides between two ways to a route: the first of these in which they differ; `id` where they differ in none. */
export type Criterion = (typeof criteria)[number] | 'id'

/** By what one way goes before another. */
export function criterionBetween(a: Way, b: Way): Criterion {
  const one = preferenceOf(a.route, a.host)
  const other = preferenceOf(b.route, b.host)
  return criteria.find((criterion) => one[criterion] !== other[criterion]) ?? 'id'
}

/** A route by one of its hosts. */
type Way = Pick<Candidate<Routable>, 'route' | 'host'>

/** How a route by one of its hosts stands against others. */
function preferenceOf(route: Routable, host: string | undefined): Preference {
  const { id, priority, match } = route
  return {
    priority,
    host: hostWeight(host),
    path: pathWeight(match.path),
    conditions: countConditions(match),
    id,
  }
}

function hostWeight(host: string | undefined): number {
  if (host === undefined) return 0
  return host.startsWith('*.') ? host.length : Number.MAX_SAFE_INTEGER
}

/** Two prefixes of one path lie within each other, so that the longer is the deeper. */
function pathWeight(path: Routable['match']['path']): number {
  if (path === undefined) return 0
  if (path.type === 'regex') return 1
  if (path.type === 'exact') return Number.MAX_SAFE_INTEGER
  return 1 + (configuredPath(path.value) ?? path.value).length
}

/** A list of listeners counts one, so does a list of methods, so does each header and each parameter. */
function countConditions(match: Routable['match']): number {
  return (match.listeners ? 1 : 0) + (match.methods ? 1 : 0) + match.headers.length + match.query.length
}

function compileConditions({ match }: Routable): Test {
  const tests: Test[] = []
  const { listeners, methods } = match
  if (listeners) tests.push(({ request }) => listeners.includes(request.listener))
  if (methods) tests.push(({ request }) => methods.includes(request.method))
  for (const condition of match.headers) {
    const holds = compileValue(condition)
    tests.push(({ request }) => {
      const value = request.header(condition.name)
      return value !== undefined && holds(value)
    })
  }
  for (const condition of match.query) {
    const holds = compileValue(condition)
    // A parameter may come several times; one that fits is enough.
    tests.push((search) => search.parameter(condition.name).some(holds))
  }
  return (search) => {
    for (const test of tests) if (!test(search)) return false
    return true
  }
}

function compileValue(condition: Condition): (value: string) => boolean {
  if (condition.type === 'present') return () => true
  if (condition.type === 'regex') return compilePattern(condition.value)
  const expected = condition.value
  return (value) => value === expected
}
