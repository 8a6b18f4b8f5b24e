import type { Candidate } from './candidate.ts'
import type { Routable } from './routable.ts'
import type { Search } from './search.ts'

/** Lists up to here are simply gone through. */
const indexedFrom = 8

/**
 * Candidates of the same host and path, in order of rank. A long list is looked up by the one value that a listener,
 * header or parameter must have, so that a thousand tenants told apart by a header are not a thousand comparisons.
 */
export class CandidateList<R extends Routable> {
  readonly #listed: readonly Candidate<R>[]
  readonly #lookups: Iterable<Lookup<R>>
  readonly #first: Candidate<R> | undefined

  /** `candidates` in order of rank, at least one. */
  constructor(candidates: readonly Candidate<R>[]) {
    this.#first = candidates[0]
    const lookups = new Map<string, Lookup<R>>()
    this.#lookups = lookups.values()
    if (candidates.length < indexedFrom) {
      this.#listed = candidates
      return
    }
    this.#listed = candidates.filter((candidate) => !addToLookup(lookups, candidate))
    this.#lookups = [...lookups.values()]
  }

  search(search: Search<R>): void {
    if (search.beats(this.#first)) return
    for (const lookup of this.#lookups) lookup.search(search)
    search.offerAll(this.#listed)
  }
}

/** Candidates by the value that they demand of one header, one parameter, or of the listener. */
interface Lookup<R extends Routable> {
  readonly byValue: Map<string, Candidate<R>[]>
  search(search: Search<R>): void
}

/** Puts a candidate where its first exact condition leads; false when it has none. */
function addToLookup<R extends Routable>(lookups: Map<string, Lookup<R>>, candidate: Candidate<R>): boolean {
  const { headers, query, listeners } = candidate.route.match
  const header = headers.find((condition) => condition.type === 'exact')
  if (header) {
    return add(lookups, `header ${header.name}`, () => headerLookup(header.name), [header.value], candidate)
  }
  const parameter = query.find((condition) => condition.type === 'exact')
  if (parameter) {
    return add(lookups, `query ${parameter.name}`, () => queryLookup(parameter.name), [parameter.value], candidate)
  }
  if (listeners) return add(lookups, 'listener', listenerLookup, listeners, candidate)
  return false
}

function add<R extends Routable>(
  lookups: Map<string, Lookup<R>>,
  key: string,
  create: () => Lookup<R>,
  values: readonly string[],
  candidate: Candidate<R>,
): true {
  let lookup = lookups.get(key)
  if (!lookup) {
    lookup = create()
    lookups.set(key, lookup)
  }
  for (const value of new Set(values)) {
    const candidates = lookup.byValue.get(value)
    if (candidates) candidates.push(candidate)
    else lookup.byValue.set(value, [candidate])
  }
  return true
}

function headerLookup<R extends Routable>(name: string): Lookup<R> {
  const byValue = new Map<string, Candidate<R>[]>()
  return {
    byValue,
    search(search) {
      const value = search.request.header(name)
      const candidates = value === undefined ? undefined : byValue.get(value)
      if (candidates) search.offerAll(candidates)
    },
  }
}

function queryLookup<R extends Routable>(name: string): Lookup<R> {
  const byValue = new Map<string, Candidate<R>[]>()
  return {
    byValue,
    search(search) {
      const values = search.parameter(name)
      // A client may repeat a value as often as the URL is long.
      for (const value of values.length > 1 ? new Set(values) : values) {
        const candidates = byValue.get(value)
        if (candidates) search.offerAll(candidates)
      }
    },
  }
}

function listenerLookup<R extends Routable>(): Lookup<R> {
  const byValue = new Map<string, Candidate<R>[]>()
  return {
    byValue,
    search(search) {
      const candidates = byValue.get(search.request.listener)
      if (candidates) search.offerAll(candidates)
    },
  }
}
