import { comparablePath } from '../http/comparable-path.ts'
import { parseQuery } from '../http/query.ts'
import type { Candidate } from './candidate.ts'
import type { Routable, RouteRequest } from './routable.ts'

const none: readonly string[] = []

/** One search for one request: the best candidate so far, and what has been found out about the request. */
export class Search<R extends Routable> {
  readonly request: RouteRequest
  /** The path in the form that is compared. */
  readonly path: string
  best: Candidate<R> | undefined = undefined
  /** How many candidates were looked at; the ones passed over by rank are not counted. */
  examined = 0
  #parameters: Map<string, string[]> | undefined = undefined

  constructor(request: RouteRequest) {
    this.request = request
    this.path = comparablePath(request.path)
  }

  /** Whether what has been found goes before this candidate, and so before every one after it. */
  beats(candidate: Candidate<R> | undefined): boolean {
    return candidate === undefined || (this.best !== undefined && this.best.rank <= candidate.rank)
  }

  /** Takes a candidate that is not beaten when its conditions hold. */
  offer(candidate: Candidate<R>): void {
    this.examined += 1
    if (candidate.holds(this)) this.best = candidate
  }

  /** Offers candidates that are in order of rank. */
  offerAll(candidates: readonly Candidate<R>[]): void {
    for (const candidate of candidates) {
      if (this.beats(candidate)) return
      this.offer(candidate)
    }
  }

  /** The decoded values of a query parameter, in order. The query is taken apart when it is first asked for. */
  parameter(name: string): readonly string[] {
    this.#parameters ??= parseQuery(this.request.query)
    return this.#parameters.get(name) ?? none
  }
}
