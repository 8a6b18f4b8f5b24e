/** Milliseconds on a clock that never goes back. */
export const now = (): number => performance.now()

/** Milliseconds between two looks at the clock. */
const tickMs = 100
/** So many ticks ahead are told apart; what is due later is looked at once in a round. */
const slots = 512

/** Something that may take only so long. Belongs to at most one `Deadlines`. */
export abstract class Timed {
  /** Milliseconds on the clock of `now`; Infinity while nothing is awaited. */
  deadline = Number.POSITIVE_INFINITY
  /** The tick at which it is looked at next; -1 while nobody looks. Like the two below the business of `Deadlines`. */
  tick = -1
  before: Timed | undefined = undefined
  after: Timed | undefined = undefined

  /** Called when the deadline has passed; it is Infinity by then. */
  abstract late(): void
}

/**
 * One timer for everything that is under way: a wheel of lists, as in Varghese and Lauck, "Hashed and Hierarchical Timing
 * Wheels" (1987). An exchange moves its deadline many times and hardly ever reaches it, so moving it further away is an
 * assignment: it is found not to be due when its slot comes round, and put where it belongs then.
 *
 * A deadline is never early, and at most two ticks late, as far as the event loop gets round to it. Nobody is late before
 * what has come is read, however long the process stood still.
 */
export class Deadlines {
  /** The time of the last tick: good enough where 100 ms do not matter, and free. */
  coarseNow = now()
  readonly #slots: (Timed | undefined)[] = new Array<Timed | undefined>(slots).fill(undefined)
  /** Ticks are counted from the beginning of the clock. This one, and those before, have been looked at. */
  #tick = 0
  #size = 0
  #timer: NodeJS.Timeout | undefined

  add(timed: Timed): void {
    if (timed.tick !== -1) return
    this.#size++
    if (!this.#timer) {
      this.coarseNow = now()
      this.#tick = Math.floor(this.coarseNow / tickMs)
      this.#timer = setInterval(this.#tell, tickMs).unref()
    }
    this.#place(timed)
  }

  delete(timed: Timed): void {
    if (timed.tick === -1) return
    this.#remove(timed)
    timed.tick = -1
    this.#size--
  }

  /** It is late after `ms` from now; 0 is never. `end` is a time by which it is late in any case. */
  expect(timed: Timed, ms: number, end = Number.POSITIVE_INFINITY): void {
    const own = ms === 0 ? Number.POSITIVE_INFINITY : this.coarseNow + ms + tickMs
    timed.deadline = own < end ? own : end
    if (timed.tick > this.#tickOf(timed.deadline)) {
      this.#remove(timed)
      this.#place(timed)
    }
  }

  #tickOf(deadline: number): number {
    const tick = Math.ceil(deadline / tickMs)
    const next = this.#tick + 1
    const last = this.#tick + slots - 1
    return tick < next ? next : tick < last ? tick : last
  }

  #place(timed: Timed): void {
    timed.tick = this.#tickOf(timed.deadline)
    const slot = timed.tick % slots
    const first = this.#slots[slot]
    timed.before = undefined
    timed.after = first
    if (first) first.before = timed
    this.#slots[slot] = timed
  }

  #remove(timed: Timed): void {
    const { before, after } = timed
    if (before) before.after = after
    else this.#slots[timed.tick % slots] = after
    if (after) after.before = before
    timed.before = undefined
    timed.after = undefined
  }

  /** Between the clock and the look, what has come is read, by that clock. */
  readonly #tell = (): void => {
    this.coarseNow = now()
    setImmediate(this.#look)
  }

  readonly #look = (): void => {
    if (this.#size === 0) this.destroy()
    const tick = Math.floor(this.coarseNow / tickMs)
    while (this.#tick < tick && this.#timer) this.#lookAt(++this.#tick)
  }

  #lookAt(tick: number): void {
    const due: Timed[] = []
    for (let timed = this.#slots[tick % slots]; timed; timed = timed.after) due.push(timed)
    for (const timed of due) {
      // One that was late before it in this tick may have taken it away, or put it elsewhere.
      if (timed.tick !== tick) continue
      const late = timed.deadline <= this.coarseNow
      if (late) timed.deadline = Number.POSITIVE_INFINITY
      this.#remove(timed)
      this.#place(timed)
      if (late) timed.late()
    }
  }

  destroy(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
