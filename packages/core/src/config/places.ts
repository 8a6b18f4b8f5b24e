import type { Path } from '../schema/path.ts'

/** Remembers where in a text the members of a value were written, so that a problem found later can say its line. */
export class Places {
  readonly #text: string
  readonly #offsets = new WeakMap<object, Map<string | number, number>>()
  #lineStarts: number[] | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** `step` of `container` (a key or a position) begins at this offset. */
  note(container: object, step: string | number, offset: number): void {
    let offsets = this.#offsets.get(container)
    if (offsets === undefined) {
      offsets = new Map()
      this.#offsets.set(container, offsets)
    }
    offsets.set(step, offset)
  }

  /** The line, beginning with 1, in which this offset lies. */
  lineAt(offset: number): number {
    this.#lineStarts ??= [0, ...Array.from(this.#text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length)]
    let low = 0
    let high = this.#lineStarts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }

  /** The line of a place of `root`, or of the nearest place around it that was written. */
  lineOf(root: unknown, path: Path): number {
    let here = root
    let offset = 0
    for (const step of path) {
      if (typeof here !== 'object' || here === null) break
      const next = this.#offsets.get(here)?.get(step)
      if (next === undefined) break
      offset = next
      here = (here as Record<string | number, unknown>)[step]
    }
    return this.lineAt(offset)
  }
}

/** Sets an own property, also where the name is `__proto__`, which an assignment would take for something else. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key in Object.prototype) {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  } else (object as Record<string, unknown>)[key] = value
}
