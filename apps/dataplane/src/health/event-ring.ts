import type { TargetEvent } from '@switchyard/core/target-events'

/** An event as whoever sees it happen tells it. */
export type NewEvent = Omit<TargetEvent, 'seq' | 'at'>

/** The latest events of a node; older ones make room. */
export class EventRing {
  readonly #events: TargetEvent[] = []
  readonly #limit: number
  #last = 0

  constructor(limit = 1000) {
    this.#limit = limit
  }

  /** The number of the latest event; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** @param at ISO 8601, UTC */
  add(event: NewEvent, at: string): TargetEvent {
    const added: TargetEvent = { seq: ++this.#last, at, ...event }
    this.#events[(added.seq - 1) % this.#limit] = added
    return added
  }

  /** Those after this number that are still here, oldest first. */
  after(seq: number, most: number): TargetEvent[] {
    const first = Math.max(seq, this.#last - this.#events.length) + 1
    const found: TargetEvent[] = []
    for (let number = first; number <= this.#last && found.length < most; number++) {
      const event = this.#events[(number - 1) % this.#limit]
      if (event) found.push(event)
    }
    return found
  }

  /** The latest ones, oldest first. */
  latest(most: number): TargetEvent[] {
    return this.after(this.#last - most, most)
  }
}
