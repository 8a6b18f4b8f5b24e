import { configuredPath } from '../http/comparable-path.ts'
import type { Candidate } from './candidate.ts'
import { CandidateList } from './candidate-list.ts'
import { literalPrefix } from './pattern.ts'
import { PatternList } from './pattern-list.ts'
import type { Routable } from './routable.ts'
import type { Search } from './search.ts'

/** Candidates of one host by path: exact ones in a map, the others in a tree of path segments. */
export class PathIndex<R extends Routable> {
  readonly #exact = new Map<string, CandidateList<R>>()
  readonly #root: Node<R>
  readonly #any: CandidateList<R> | undefined

  /** `candidates` in order of rank. */
  constructor(candidates: readonly Candidate<R>[]) {
    const exact = new Map<string, Candidate<R>[]>()
    const root = createDraft<R>()
    const any: Candidate<R>[] = []
    for (const candidate of candidates) {
      const { path } = candidate.route.match
      if (path === undefined) any.push(candidate)
      else if (path.type === 'regex') place(root, literalPrefix(path.value)).patterns.push(candidate)
      else {
        const value = configuredPath(path.value)
        if (value === undefined) continue // no request has such a path
        if (path.type === 'exact') append(exact, value, candidate)
        else if (value.endsWith('/')) place(root, value).below.push(candidate)
        else place(root, `${value}/`).here.push(candidate)
      }
    }
    for (const [value, list] of exact) this.#exact.set(value, new CandidateList(list))
    this.#root = finish(root)
    this.#any = listOf(any)
  }

  search(search: Search<R>): void {
    const { path } = search
    this.#exact.get(path)?.search(search)
    // `OPTIONS *` has no path: it takes routes that ask for none.
    if (path !== '*') descend(this.#root, path, 1, search)
    this.#any?.search(search)
  }
}

/** A place in the tree: what the segments up to here have led to. */
interface Node<R extends Routable> {
  readonly children: ReadonlyMap<string, Node<R>> | undefined
  /** Prefixes that end with this segment, such as `/api`. */
  readonly here: CandidateList<R> | undefined
  /** Prefixes that end with the slash after it, such as `/api/`. */
  readonly below: CandidateList<R> | undefined
  /** Expressions whose texts all begin with this segment and the slash after it. */
  readonly patterns: PatternList<R> | undefined
}

/** Deepest first, since a longer prefix usually wins and spares the look at the shorter. Bounded by the tree, not by the path. */
function descend<R extends Routable>(node: Node<R>, path: string, from: number, search: Search<R>): void {
  const end = path.indexOf('/', from)
  const child = node.children?.get(end < 0 ? path.slice(from) : path.slice(from, end))
  if (child !== undefined) {
    if (end >= 0) descend(child, path, end + 1, search)
    child.here?.search(search)
  }
  node.below?.search(search)
  node.patterns?.search(search)
}

interface Draft<R extends Routable> {
  readonly children: Map<string, Draft<R>>
  readonly here: Candidate<R>[]
  readonly below: Candidate<R>[]
  readonly patterns: Candidate<R>[]
}

function createDraft<R extends Routable>(): Draft<R> {
  return { children: new Map(), here: [], below: [], patterns: [] }
}

/** The node of the last whole segment of `path`, one that a slash follows. */
function place<R extends Routable>(root: Draft<R>, path: string): Draft<R> {
  let node = root
  if (!path.startsWith('/')) return node
  for (const segment of path.slice(1).split('/').slice(0, -1)) {
    let child = node.children.get(segment)
    if (!child) {
      child = createDraft()
      node.children.set(segment, child)
    }
    node = child
  }
  return node
}

function finish<R extends Routable>(draft: Draft<R>): Node<R> {
  const children = new Map<string, Node<R>>()
  for (const [segment, child] of draft.children) children.set(segment, finish(child))
  return {
    children: children.size > 0 ? children : undefined,
    here: listOf(draft.here),
    below: listOf(draft.below),
    patterns: draft.patterns.length > 0 ? new PatternList(draft.patterns) : undefined,
  }
}

function listOf<R extends Routable>(candidates: readonly Candidate<R>[]): CandidateList<R> | undefined {
  return candidates.length > 0 ? new CandidateList(candidates) : undefined
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values) values.push(value)
  else map.set(key, [value])
}
