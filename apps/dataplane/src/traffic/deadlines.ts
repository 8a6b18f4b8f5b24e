import { LinkedList, type Place } from './linked-list.ts'

/** Something that may take only so long. */
export interface Timed {
  /** Milliseconds on the clock of `now`; Infinity while nothing is awaited. */
  readonly deadline: number
  /** Called when the deadline has passed, again at each tick until it is moved or the thing removed. */
  late(): void
}

/** Milliseconds between two looks at the clock: how much later than asked a deadline may come. */
const tickMs = 100

/** Milliseconds on a clock that never goes back. */
export const now = (): number => performance.now()

/**
 * One timer for everything that is under way, instead of one each: an exchange moves its deadline many times and hardly
 * ever reaches it, so that moving must cost nothing.
 */
export class Deadlines {
  readonly #timed = new LinkedList<Timed>()
  #timer: NodeJS.Timeout | undefined

  add(timed: Timed): Place<Timed> {
    this.#timer ??= setInterval(() => this.#look(), tickMs).unref()
    return this.#timed.add(timed)
  }

  /** Once for each place. */
  delete(place: Place<Timed>): void {
    this.#timed.delete(place)
  }

  #look(): void {
    if (this.#timed.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
      return
    }
    const time = now()
    for (const timed of this.#timed.filter(({ deadline }) => deadline <= time)) timed.late()
  }

  destroy(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
