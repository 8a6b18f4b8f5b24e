import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Path } from '../schema/path.ts'
import type { Finding } from './finding.ts'
import { Places, setOwn } from './places.ts'
import type { TextTree } from './text.ts'
import { deepest } from './untrusted.ts'

/** With more errors than this a text is no YAML at all; the composer would take its time over each. */
const mostErrors = 100

/** So many values may stand in for aliases, in all: enough to share a few settings, too few for a bomb. */
const mostRepeated = 10_000

/**
 * Reads YAML 1.2 in its core schema: one document, no tags, no keys but text, none of them twice. Never throws,
 * whatever the text.
 */
export function readYaml(source: string): TextTree {
  const places = new Places(source)
  const wrong = (message: string, offset: number): TextTree => {
    const line = places.lineAt(offset)
    return { value: undefined, findings: [{ at: [], message }], lineOf: () => line }
  }
  const tokens = [...new Parser().parse(source)]
  const tooDeep = findTooDeep(tokens)
  if (tooDeep !== undefined) return wrong(`nested more than ${deepest} deep`, tooDeep)
  const broken = tokens.filter((token) => token.type === 'error')
  if (broken[0] !== undefined && broken.length > mostErrors) {
    return wrong(`not YAML: ${broken[0].message}`, broken[0].offset)
  }
  const [document, second] = compose(tokens, source.length)
  if (document === undefined) return wrong('there is no document', 0)
  const error = document.errors[0]
  if (error !== undefined) return wrong(`not YAML: ${error.message}`, error.pos[0])
  if (second !== undefined) return wrong('only one document may stand in a text', second.range[0])
  const reader = new NodeReader(places)
  const value = reader.read(document.contents, [])
  return { value, findings: reader.findings, lineOf: (path) => places.lineOf(value, path) }
}

/** Keys that stand twice are looked for later, by a set: the library compares each with each. */
function compose(tokens: CST.Token[], end: number): Document.Parsed[] {
  const options = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, stringKeys: true } as const
  const composer = new Composer({ ...options, resolveKnownTags: false, prettyErrors: false, logLevel: 'silent' })
  return [...composer.compose(tokens, true, end)]
}

/**
 * Where the nesting is too deep, if it is. The composer recurses, and at the end of the stack not every failure can
 * be caught: V8 ends the process when a regular expression finds no room to be compiled.
 */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next
    // A level of nesting is at most two tokens deep: a list in a list, a map in it.
    if (depth > 2 * deepest) return token.offset
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth })
    if (!('items' in token)) continue
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 })
      if (value) open.push({ token: value, depth: depth + 1 })
    }
  }
  return undefined
}

/** Turns nodes into plain values, remembering where each was written. */
class NodeReader {
  readonly findings: Finding[] = []
  readonly #places: Places
  /** What each anchor stands for, and of how many values that consists; nothing yet while it is being read. */
  readonly #anchors = new Map<string, { value: unknown; size: number } | undefined>()
  /** Values read so far, those of aliases each time. */
  #size = 0
  #repeated = 0

  constructor(places: Places) {
    this.#places = places
  }

  read(node: ParsedNode | null | undefined, at: Path): unknown {
    if (node === null || node === undefined) return null
    if (isAlias(node)) return this.#alias(node, at)
    if (node.tag !== undefined) this.#refuse(at, 'tags are not allowed')
    const { anchor } = node
    if (anchor !== undefined) this.#anchors.set(anchor, undefined)
    const before = this.#size
    this.#size += 1
    const value = this.#plain(node, at)
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#size - before })
    return value
  }

  #plain(node: ParsedNode, at: Path): unknown {
    if (isMap(node)) return this.#map(node, at)
    if (isSeq(node)) return this.#list(node, at)
    return isScalar(node) ? node.value : null
  }

  #map(map: YAMLMap.Parsed, at: Path): object {
    const object = {}
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : ''
      if (isScalar(pair.key) && pair.key.tag !== undefined) this.#refuse([...at, key], 'tags are not allowed')
      if (Object.hasOwn(object, key)) this.#refuse([...at, key], 'stands twice')
      this.#places.note(object, key, pair.key.range[0])
      setOwn(object, key, this.read(pair.value, [...at, key]))
    }
    return object
  }

  #list(seq: YAMLSeq.Parsed, at: Path): unknown[] {
    const list: unknown[] = []
    for (const item of seq.items) {
      const index = list.length
      if ('range' in item) this.#places.note(list, index, item.range[0])
      list.push('range' in item ? this.read(item, [...at, index]) : null)
    }
    return list
  }

  /** The same value again, not a copy: it is only read. */
  #alias({ source }: Alias.Parsed, at: Path): unknown {
    const meant = this.#anchors.get(source)
    if (meant === undefined) {
      this.#refuse(at, this.#anchors.has(source) ? `*${source} stands inside itself` : `there is no anchor &${source}`)
      return null
    }
    this.#repeated += meant.size
    if (this.#repeated > mostRepeated) {
      if (this.#repeated - meant.size <= mostRepeated) this.#refuse(at, 'aliases stand for too much')
      return null
    }
    this.#size += meant.size
    return meant.value
  }

  #refuse(at: Path, message: string): void {
    this.findings.push({ at, message })
  }
}
