/** Something that is to be done at a time. It is in at most one `DueTimes`. */
export class Due<Owner> {
  readonly owner: Owner
  /** Milliseconds, monotonic. */
  at = 0
  /** Where it stands in the heap; -1 while it is in none. For the heap alone. */
  place = -1

  constructor(owner: Owner) {
    this.owner = owner
  }
}

/** What is due when, as a binary heap: to set, move or remove one of n takes log n steps. */
export class DueTimes<Owner> {
  readonly #heap: Due<Owner>[] = []

  get size(): number {
    return this.#heap.length
  }

  /** When the first one is due; undefined when there is none. */
  get next(): number | undefined {
    return this.#heap[0]?.at
  }

  /** @param at in place of any time it had */
  set(due: Due<Owner>, at: number): void {
    due.at = at
    if (due.place === -1) due.place = this.#heap.push(due) - 1
    this.#up(due, due.place)
    this.#down(due, due.place)
  }

  remove(due: Due<Owner>): void {
    const { place } = due
    if (place === -1) return
    due.place = -1
    const last = this.#heap.pop()
    if (!last || last === due) return
    this.#put(last, place)
    this.#up(last, place)
    this.#down(last, last.place)
  }

  /** Takes out the first one, if it is due by now. */
  take(now: number): Due<Owner> | undefined {
    const first = this.#heap[0]
    if (!first || first.at > now) return undefined
    this.remove(first)
    return first
  }

  #up(due: Due<Owner>, from: number): void {
    let place = from
    while (place > 0) {
      const parent = this.#heap[(place - 1) >> 1]
      if (!parent || parent.at <= due.at) break
      const above = parent.place
      this.#put(parent, place)
      place = above
    }
    this.#put(due, place)
  }

  #down(due: Due<Owner>, from: number): void {
    let place = from
    for (;;) {
      const left = this.#heap[2 * place + 1]
      const right = this.#heap[2 * place + 2]
      const child = right && left && right.at < left.at ? right : left
      if (!child || child.at >= due.at) break
      const below = child.place
      this.#put(child, place)
      place = below
    }
    this.#put(due, place)
  }

  #put(due: Due<Owner>, place: number): void {
    due.place = place
    this.#heap[place] = due
  }
}
