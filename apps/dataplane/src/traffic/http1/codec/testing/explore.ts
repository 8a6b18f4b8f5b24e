import { METHODS } from 'node:http'
import { type Checked, checkCase, type Failure } from './check-case.ts'
import { Draw } from './draw.ts'
import { makeCase } from './make-case.ts'
import { mutate } from './mutate.ts'
import { methodsOfNode } from './node-reading.ts'
import { shrink } from './shrink.ts'
import type { WireCase } from './wire-case.ts'

/** What was seen while going through many cases. */
export interface Exploration {
  cases: number
  /** Messages that ours accepted, and how many of them were complete. */
  accepted: number
  complete: number
  /** How often ours refused what Node reads, by reason. */
  readonly stricter: Map<string, number>
  failure: Failure | undefined
}

export interface ExploreOptions {
  readonly seed: number
  /** Cases to begin with; those that bring something new are added. */
  readonly corpus: WireCase[]
  /** Is told each case before it is tried. */
  readonly onCase?: (wire: WireCase) => void
}

/** When there are more cases than this to mutate, a new one takes the place of any other. */
const corpusSize = 20_000
const longestKept = 4000

methodsOfNode(METHODS)

/** Goes through cases that are made, and mutations of those that brought something new, until one fails or `enough`. */
export function explore(options: ExploreOptions, enough: (soFar: Exploration) => boolean): Exploration {
  const { corpus, onCase } = options
  const draw = new Draw(options.seed)
  const result: Exploration = { cases: 0, accepted: 0, complete: 0, stricter: new Map(), failure: undefined }
  const seen = new Set<string>()
  for (let i = 0; !enough(result); i++) {
    const given = corpus[i]
    const wire = i < corpus.length && given !== undefined ? given : drawCase(corpus, draw)
    onCase?.(wire)
    const checked = checkCase(wire, draw)
    result.cases++
    if (checked.failure !== undefined) {
      result.failure = shrunk(wire, checked.failure)
      return result
    }
    for (const { complete } of checked.ours?.messages ?? []) {
      result.accepted++
      if (complete) result.complete++
    }
    if (checked.stricter !== undefined)
      result.stricter.set(checked.stricter, (result.stricter.get(checked.stricter) ?? 0) + 1)
    const novelty = noveltyOf(wire, checked)
    if (seen.has(novelty)) continue
    seen.add(novelty)
    if (given === wire || wire.text.length > longestKept) continue
    if (corpus.length < corpusSize) corpus.push(wire)
    else corpus[draw.below(corpusSize)] = wire
  }
  return result
}

function drawCase(corpus: readonly WireCase[], draw: Draw): WireCase {
  const made = makeCase(draw)
  if (draw.chance(0.4)) return made
  const base = corpus.length > 0 && draw.chance(0.6) ? draw.one(corpus) : made
  const other = corpus.length > 0 ? draw.one(corpus).text : made.text
  return { ...base, text: mutate(base.text, other, draw) }
}

/** What a case is an example of: how both read it. */
function noveltyOf({ direction, toHead }: WireCase, { ours, node, stricter }: Checked): string {
  const last = ours?.messages.slice(-2).map((message) => {
    const { complete, upgrade, persistent, body, trailers, status } = message
    return [complete, upgrade, persistent, body.length > 0, trailers.length > 0, Math.floor(status / 100)].join()
  })
  return [direction, toHead, ours?.refused, node?.refused, stricter, ours?.closed, last?.join(' ')].join('|')
}

function shrunk(wire: WireCase, what: string): Failure {
  const kind = kindOf(what)
  const failureOf = (candidate: WireCase) => checkCase(candidate, new Draw(1)).failure
  const smaller = shrink(wire, (candidate) => {
    const failure = failureOf(candidate)
    return failure !== undefined && kindOf(failure) === kind
  })
  return { wire: smaller, what: failureOf(smaller) ?? what }
}

/** The beginning of what is said tells one defect from another well enough. */
function kindOf(what: string): string {
  return what.replace(/[0-9]+/g, '').slice(0, 20)
}
