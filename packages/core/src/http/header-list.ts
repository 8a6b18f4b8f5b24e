/** The name of a field, made once and shared by every list that holds it. */
export interface HeaderName {
  readonly lower: string
  readonly spelled: string
  /** What stands before the value in a head of HTTP/1.1: the end of the line before, the name as spelled, `: `. */
  readonly lead: string
}

export function headerName(spelled: string, lower = spelled.toLowerCase()): HeaderName {
  return { lower, spelled, lead: `\r\n${spelled}: ` }
}

/** HTTP fields in the order they came. Two flat lists, so that a head of fifteen fields is not fifteen allocations. */
export class HeaderList {
  readonly #names: HeaderName[] = []
  readonly #values: string[] = []
  /** How many fields at the front are vouched for. */
  #vouched = 0

  /** From `[name, value, name, value, …]` as Node's `rawHeaders` gives them. */
  static fromRaw(raw: readonly string[]): HeaderList {
    const list = new HeaderList()
    for (let i = 0; i + 1 < raw.length; i += 2) list.append(raw[i] as string, raw[i + 1] as string)
    return list
  }

  /** The number of fields. */
  get size(): number {
    return this.#values.length
  }

  /** The value of a field by its lower-case name; several are joined with `, ` (RFC 9110, 5.3), cookies with `; `. */
  get(name: string): string | undefined {
    const names = this.#names
    let value: string | undefined
    for (let i = 0; i < names.length; i++) {
      if (names[i]?.lower !== name) continue
      const next = this.#values[i] as string
      value = value === undefined ? next : value + (name === 'cookie' ? '; ' : ', ') + next
    }
    return value
  }

  /** Every value of a field by its lower-case name. */
  getAll(name: string): string[] {
    return this.#values.filter((_value, i) => this.#names[i]?.lower === name)
  }

  has(name: string): boolean {
    const names = this.#names
    for (let i = 0; i < names.length; i++) if (names[i]?.lower === name) return true
    return false
  }

  /** Adds a field after those that are there. */
  append(name: string, value: string): void {
    this.appendNamed(headerName(name), value)
  }

  /** As `append`, for one who has the name at hand. */
  appendNamed(name: HeaderName, value: string): void {
    this.#names.push(name)
    this.#values.push(value)
  }

  /** Replaces every field of this name by one. */
  set(name: string, value: string): void {
    this.delete(name.toLowerCase())
    this.append(name, value)
  }

  /** Removes every field of this lower-case name. */
  delete(name: string): void {
    const names = this.#names
    const values = this.#values
    const vouched = this.#vouched
    let kept = 0
    for (let i = 0; i < names.length; i++) {
      const there = names[i] as HeaderName
      if (there.lower === name) {
        if (i < vouched) this.#vouched--
        continue
      }
      if (kept !== i) {
        names[kept] = there
        values[kept] = values[i] as string
      }
      kept++
    }
    names.length = kept
    values.length = kept
  }

  /** Calls back for every field: name in lower case, value, name as spelled. */
  forEach(visit: (name: string, value: string, spelled: string) => void): void {
    for (let i = 0; i < this.#names.length; i++) {
      const { lower, spelled } = this.#names[i] as HeaderName
      visit(lower, this.#values[i] as string, spelled)
    }
  }

  /** The name of the field at a place from 0 to before `size`. */
  nameAt(place: number): HeaderName {
    return this.#names[place] as HeaderName
  }

  /** The value of the field at a place from 0 to before `size`. */
  valueAt(place: number): string {
    return this.#values[place] as string
  }

  /**
   * Declares that every field that is here now was checked: its name is a token, its value holds no control byte, and
   * it is about the message, not the connection. Whoever writes the list need not look again. What is added later is
   * not covered.
   */
  vouch(): void {
    this.#vouched = this.size
  }

  /** The fields at the places before this one are vouched for. */
  get vouched(): number {
    return this.#vouched
  }

  /** `[name, value, …]` as spelled. */
  toRaw(): string[] {
    const raw: string[] = []
    this.forEach((_name, value, spelled) => {
      raw.push(spelled, value)
    })
    return raw
  }

  clone(): HeaderList {
    const copy = new HeaderList()
    for (let i = 0; i < this.size; i++) copy.appendNamed(this.nameAt(i), this.valueAt(i))
    copy.#vouched = this.#vouched
    return copy
  }
}
