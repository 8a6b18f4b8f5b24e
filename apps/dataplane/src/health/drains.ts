import type { NewEvent } from './event-ring.ts'
import { keyOf, type TargetName } from './judged-target.ts'

interface Drain extends TargetName {
  /** When what is left is ended, monotonic. */
  readonly until: number
  /** What it was serving when that was last known. */
  left: number
}

/** A target that stays busy for this long after its time is over is not waited for. */
const graceMs = 10_000

/** Targets that take nothing new and finish what they have: drained, disabled and removed ones. */
export class Drains {
  readonly #drains = new Map<string, Drain>()
  readonly #onEvent: (event: NewEvent) => void

  constructor(onEvent: (event: NewEvent) => void) {
    this.#onEvent = onEvent
  }

  get size(): number {
    return this.#drains.size
  }

  /** Until when, monotonic; undefined for one that has finished, or takes traffic. */
  until({ upstream, id, url }: TargetName): number | undefined {
    return this.#drains.get(keyOf(upstream, id, url))?.until
  }

  /** One that is at it already keeps its time. */
  begin({ upstream, id, url }: TargetName, until: number): void {
    const key = keyOf(upstream, id, url)
    if (!this.#drains.has(key)) this.#drains.set(key, { upstream, id, url, until, left: 0 })
  }

  /** It is wanted again. */
  end({ upstream, id, url }: TargetName): void {
    this.#drains.delete(keyOf(upstream, id, url))
  }

  /** @param inHand what a target is serving, over all workers, by upstream, id and URL */
  looked(inHand: (key: string) => number, now: number): void {
    for (const [key, drain] of this.#drains) {
      const left = inHand(key)
      const over = now >= drain.until
      if (left > 0 && now < drain.until + graceMs) {
        if (!over) drain.left = left
        continue
      }
      this.#drains.delete(key)
      const { upstream, id: target } = drain
      const ended = over ? Math.max(drain.left, left) : 0
      this.#onEvent({ type: 'drained', upstream, target, ...(ended > 0 && { left: ended }) })
    }
  }
}
