/** So many slots at most, however long the window is. */
const mostSlots = 60

interface Slot {
  readonly number: number
  total: number
  failed: number
}

/** Counts over a sliding window, in slots of a second, longer ones for long windows. */
export class FailureWindow {
  readonly windowMs: number
  readonly #slotMs: number
  readonly #slots: Slot[] = []
  #total = 0
  #failed = 0

  constructor(windowMs: number) {
    this.windowMs = windowMs
    this.#slotMs = Math.max(1000, windowMs / mostSlots)
  }

  /**
   * @param now milliseconds, monotonic
   * @returns the sums over the window up to now
   */
  add(total: number, failed: number, now: number): { total: number; failed: number } {
    const number = Math.floor(now / this.#slotMs)
    this.#forgetUntil(number - Math.round(this.windowMs / this.#slotMs))
    let slot = this.#slots.at(-1)
    if (slot?.number !== number) {
      slot = { number, total: 0, failed: 0 }
      this.#slots.push(slot)
    }
    slot.total += total
    slot.failed += failed
    this.#total += total
    this.#failed += failed
    return { total: this.#total, failed: this.#failed }
  }

  #forgetUntil(last: number): void {
    let first = this.#slots[0]
    while (first && first.number <= last) {
      this.#total -= first.total
      this.#failed -= first.failed
      this.#slots.shift()
      first = this.#slots[0]
    }
  }
}
