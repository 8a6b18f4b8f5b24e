import { RE2JS } from 're2js'
import type { Condition, Routable, RouteRequest } from '../routable.ts'

/**
 * The rules of routing written down once more, as slowly and plainly as can be: look at every route, keep those that
 * match, sort. The compiled router must agree with it.
 */
export function findNaively<R extends Routable>(routes: readonly R[], request: RouteRequest): R | undefined {
  const ways = routes.flatMap((route) =>
    (route.match.hosts ?? [undefined])
      .filter((host) => matchesHost(host, request.host))
      .filter(() => matches(route, request))
      .map((host) => ({ route, key: keyOf(route, host) })),
  )
  ways.sort((a, b) => {
    for (const [i, mine] of a.key.entries()) {
      const difference = (b.key[i] ?? 0) - mine
      if (difference !== 0) return difference
    }
    return a.route.id < b.route.id ? -1 : 1
  })
  return ways[0]?.route
}

function keyOf({ priority, match }: Routable, host: string | undefined): number[] {
  const { path } = match
  return [
    priority,
    host === undefined ? 0 : host.startsWith('*.') ? 1 : 2,
    host?.startsWith('*.') ? host.length : 0,
    path === undefined ? 0 : { regex: 1, prefix: 2, exact: 3 }[path.type],
    path?.type === 'prefix' ? path.value.length : 0,
    Number(match.listeners !== undefined) +
      Number(match.methods !== undefined) +
      match.headers.length +
      match.query.length,
  ]
}

function matchesHost(pattern: string | undefined, host: string): boolean {
  if (pattern === undefined || pattern === host) return true
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
}

function matches({ enabled, match }: Routable, request: RouteRequest): boolean {
  return (
    enabled &&
    (match.listeners?.includes(request.listener) ?? true) &&
    (match.methods?.includes(request.method) ?? true) &&
    matchesPath(match.path, request.path) &&
    match.headers.every((condition) => {
      const value = request.header(condition.name)
      return value !== undefined && matchesValue(condition, value)
    }) &&
    match.query.every((condition) =>
      request.query
        .split('&')
        .map((pair) => pair.split('='))
        .some(([name, value = '']) => name === condition.name && matchesValue(condition, value)),
    )
  )
}

function matchesPath(path: Routable['match']['path'], actual: string): boolean {
  if (path === undefined) return true
  if (path.type === 'exact') return actual === path.value
  if (path.type === 'regex') return RE2JS.matches(path.value, actual)
  return actual === path.value || actual.startsWith(path.value.endsWith('/') ? path.value : `${path.value}/`)
}

function matchesValue(condition: Condition, value: string): boolean {
  if (condition.type === 'present') return true
  return condition.type === 'exact' ? condition.value === value : RE2JS.matches(condition.value, value)
}
