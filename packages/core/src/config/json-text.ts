import type { Path } from '../schema/path.ts'
import type { Finding } from './finding.ts'
import { Places, setOwn } from './places.ts'
import type { TextTree } from './text.ts'
import { deepest } from './untrusted.ts'

const space = /[ \t\n\r]*/y
const literal = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y

/** What stops the reading: everything after it would only confuse. */
class JsonFault extends Error {
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * Reads JSON (RFC 8259) as `JSON.parse` does, and besides says the line of what is wrong, refuses a key that stands
 * twice, and stops at a depth that no valid document has.
 */
export function readJson(source: string): TextTree {
  try {
    const { value, findings } = new JsonReader(source, undefined).readAll()
    return { value, findings, lineOf: createLineOf(source) }
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const line = new Places(source).lineAt(error.offset)
    return { value: undefined, findings: [{ at: [], message: `not JSON: ${error.message}` }], lineOf: () => line }
  }
}

/** Reads once more when a line is asked for, noting places: most texts are right, and need none. */
function createLineOf(source: string): (path: Path) => number {
  const places = new Places(source)
  let read: { value: unknown } | undefined
  return (path) => {
    read ??= new JsonReader(source, places).readAll()
    return places.lineOf(read.value, path)
  }
}

class JsonReader {
  readonly #source: string
  readonly #places: Places | undefined
  readonly #findings: Finding[] = []
  /** Of the value that is being read. */
  readonly #path: (string | number)[] = []
  #offset = 0

  constructor(source: string, places: Places | undefined) {
    this.#source = source
    this.#places = places
  }

  readAll(): { value: unknown; findings: Finding[] } {
    const value = this.#value()
    if (this.#next() !== '') throw this.#fault('something follows the end')
    return { value, findings: this.#findings }
  }

  #value(): unknown {
    const first = this.#next()
    if (first === '{') return this.#object()
    if (first === '[') return this.#list()
    if (first === '"') return this.#text()
    literal.lastIndex = this.#offset
    const token = literal.exec(this.#source)?.[0]
    if (token === undefined) throw this.#fault(first === '' ? 'it ends too early' : 'a value is missing or malformed')
    this.#offset += token.length
    return JSON.parse(token)
  }

  #object(): object {
    const object = {}
    this.#enter()
    if (this.#skip('}')) return object
    do {
      if (this.#next() !== '"') throw this.#fault('a key in double quotes is missing')
      const offset = this.#offset
      const key = this.#text()
      if (!this.#skip(':')) throw this.#fault('":" is missing after a key')
      if (Object.hasOwn(object, key)) this.#findings.push({ at: [...this.#path, key], message: 'stands twice' })
      this.#places?.note(object, key, offset)
      this.#path.push(key)
      setOwn(object, key, this.#value())
      this.#path.pop()
    } while (this.#skip(','))
    if (!this.#skip('}')) throw this.#fault('"," or "}" is missing')
    return object
  }

  #list(): unknown[] {
    const list: unknown[] = []
    this.#enter()
    if (this.#skip(']')) return list
    do {
      this.#next()
      this.#places?.note(list, list.length, this.#offset)
      this.#path.push(list.length)
      list.push(this.#value())
      this.#path.pop()
    } while (this.#skip(','))
    if (!this.#skip(']')) throw this.#fault('"," or "]" is missing')
    return list
  }

  #enter(): void {
    if (this.#path.length >= deepest) throw this.#fault(`nested more than ${deepest} deep`)
    this.#offset += 1
  }

  /** The next character that is no space, not taken. */
  #next(): string {
    space.lastIndex = this.#offset
    space.exec(this.#source)
    this.#offset = space.lastIndex
    return this.#source[this.#offset] ?? ''
  }

  #skip(character: string): boolean {
    if (this.#next() !== character) return false
    this.#offset += 1
    return true
  }

  /** By hand: an expression would need a stack as long as the text. */
  #text(): string {
    const start = this.#offset
    let end = start + 1
    while (end < this.#source.length && this.#source[end] !== '"') end += this.#source[end] === '\\' ? 2 : 1
    try {
      const text: string = JSON.parse(this.#source.slice(start, end + 1))
      this.#offset = end + 1
      return text
    } catch {
      throw this.#fault('a text has no end, or holds what must be escaped')
    }
  }

  #fault(message: string): JsonFault {
    return new JsonFault(message, this.#offset)
  }
}
