import type { Routable } from '../routable.ts'

/** An enabled route that matches everything, but for what is given. */
export function routeOf(
  id: string,
  match: Partial<Routable['match']> = {},
  rest: { priority?: number; enabled?: boolean } = {},
): Routable {
  return { id, enabled: true, priority: 0, match: { headers: [], query: [], ...match }, ...rest }
}
