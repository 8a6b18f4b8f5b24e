import type { Candidate } from './candidate.ts'
import { compilePattern, compilePatternSet } from './pattern.ts'
import type { Routable } from './routable.ts'
import type { Search } from './search.ts'

/** Below this many, one expression after the other is as quick as a set, takes less memory, and can stop early. */
const setFrom = 8

/** Candidates whose path is an expression: the expressions first, then the conditions of those that match. */
export class PatternList<R extends Routable> {
  readonly #candidates: readonly Candidate<R>[]
  readonly #matching: (search: Search<R>) => void

  /** `candidates` in order of rank, at least one, each with a path of type `regex`. */
  constructor(candidates: readonly Candidate<R>[]) {
    this.#candidates = candidates
    const expressions = candidates.map((candidate) => candidate.route.match.path?.value ?? '')
    this.#matching =
      expressions.length < setFrom ? oneByOne(candidates, expressions) : allAtOnce(candidates, expressions)
  }

  search(search: Search<R>): void {
    if (search.beats(this.#candidates[0])) return
    this.#matching(search)
  }
}

function oneByOne<R extends Routable>(candidates: readonly Candidate<R>[], expressions: readonly string[]) {
  const tests = expressions.map(compilePattern)
  return (search: Search<R>): void => {
    for (const [index, candidate] of candidates.entries()) {
      if (search.beats(candidate)) return
      if (tests[index]?.(search.path)) search.offer(candidate)
    }
  }
}

function allAtOnce<R extends Routable>(candidates: readonly Candidate<R>[], expressions: readonly string[]) {
  const match = compilePatternSet(expressions)
  return (search: Search<R>): void => {
    for (const index of match(search.path)) {
      const candidate = candidates[index]
      if (candidate && !search.beats(candidate)) search.offer(candidate)
    }
  }
}
