import { isNamed, type Names } from './series.ts'

/** How long a series goes on after the configuration has lost what it is about: it may come back, and its last counts are read. */
const forgetAfterMs = 600_000

/** Knows which series are about something that the configuration lost a while ago. */
export class Unnamed {
  readonly #since = new Map<string, number>()
  readonly #now: () => number
  #names: Names | undefined
  /** What was looked at last: as long as it is the same, there is nothing new to find out. */
  #seen: { readonly names: Names; readonly size: number } | undefined

  /** @param now milliseconds, monotonic */
  constructor(now: () => number) {
    this.#now = now
  }

  /** A configuration serves. */
  keep(names: Names): void {
    this.#names = names
  }

  /** The keys of those to be forgotten, of these. */
  overdue(series: ReadonlyMap<string, unknown>): string[] {
    const now = this.#now()
    const names = this.#names
    if (names && (names !== this.#seen?.names || series.size !== this.#seen.size)) {
      this.#seen = { names, size: series.size }
      for (const key of series.keys()) {
        if (isNamed(key, names)) this.#since.delete(key)
        else if (!this.#since.has(key)) this.#since.set(key, now)
      }
    }
    return [...this.#since].flatMap(([key, since]) => (now - since > forgetAfterMs ? [key] : []))
  }

  forgotten(key: string): void {
    this.#since.delete(key)
    this.#seen = undefined
  }
}
