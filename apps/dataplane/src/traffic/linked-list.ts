/** A place in a list, by which an item leaves it again. */
export interface Place<Item> {
  readonly item: Item
  previous: Place<Item> | undefined
  next: Place<Item> | undefined
}

/**
 * Items that come and go with every request. A `Set` would do, but for what V8 makes of one whose members change all the
 * time: it is copied over and over, each old copy holds on to the next, and with it to every request that was in it, until
 * a full collection. Collecting that took a tenth of all processor time.
 */
export class LinkedList<Item> {
  #first: Place<Item> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  add(item: Item): Place<Item> {
    const place: Place<Item> = { item, previous: undefined, next: this.#first }
    if (this.#first) this.#first.previous = place
    this.#first = place
    this.#size++
    return place
  }

  /** Once for each place. */
  delete(place: Place<Item>): void {
    const { previous, next } = place
    if (previous) previous.next = next
    else this.#first = next
    if (next) next.previous = previous
    place.previous = undefined
    place.next = undefined
    this.#size--
  }

  /** The items of which this is true, in a list of their own: what is done with them may change this one. */
  filter(wanted: (item: Item) => boolean): Item[] {
    const items: Item[] = []
    for (let place = this.#first; place; place = place.next) if (wanted(place.item)) items.push(place.item)
    return items
  }
}
