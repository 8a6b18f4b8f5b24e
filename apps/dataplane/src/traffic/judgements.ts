import { now } from './deadlines.ts'
import type { Verdict } from './traffic.ts'

/** What is held against a target. */
export interface Judgement {
  readonly out: boolean
  /** Since when it has been in slow start, on the clock of `now`; NaN where it is not. */
  readonly slowStartSince: number
}

export const unjudged: Judgement = { out: false, slowStartSince: Number.NaN }

/** Neither ids nor URLs have spaces. */
export const targetKey = (upstream: string, id: string, url: string): string => `${upstream} ${id} ${url}`

/**
 * What the node has judged of targets, also of those that no revision names yet. It holds nothing that would be the same
 * without it.
 */
export class Judgements {
  readonly #held = new Map<string, Judgement>()

  get empty(): boolean {
    return this.#held.size === 0
  }

  of(key: string): Judgement {
    return this.#held.get(key) ?? unjudged
  }

  /** @returns the keys of the targets of which something else is held now */
  take(verdicts: readonly Verdict[], whole: boolean): Set<string> {
    const changed = new Set(whole ? this.#held.keys() : [])
    if (whole) this.#held.clear()
    const time = now()
    for (const { upstream, target, url, out, slowStartAgeMs } of verdicts) {
      const key = targetKey(upstream, target, url)
      changed.add(key)
      if (!out && slowStartAgeMs === undefined) this.#held.delete(key)
      else
        this.#held.set(key, { out, slowStartSince: slowStartAgeMs === undefined ? Number.NaN : time - slowStartAgeMs })
    }
    return changed
  }

  /** Forgets what is about none of these. */
  keep(named: ReadonlySet<string>): void {
    for (const key of this.#held.keys()) if (!named.has(key)) this.#held.delete(key)
  }
}
