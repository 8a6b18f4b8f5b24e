/**
 * HTTP fields in the order they came, each name in lower case and as it was spelled. A flat list, three entries per
 * field, so that a head of fifteen fields is one allocation and not fifteen.
 */
export class HeaderList {
  /** name in lower case, name as spelled, value, … */
  readonly #entries: string[] = []
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
    return this.#entries.length / 3
  }

  /** The value of a field by its lower-case name; several are joined with `, ` (RFC 9110, 5.3), cookies with `; `. */
  get(name: string): string | undefined {
    const entries = this.#entries
    let value: string | undefined
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] !== name) continue
      const next = entries[i + 2] as string
      value = value === undefined ? next : value + (name === 'cookie' ? '; ' : ', ') + next
    }
    return value
  }

  /** Every value of a field by its lower-case name. */
  getAll(name: string): string[] {
    const values: string[] = []
    for (let i = 0; i < this.#entries.length; i += 3) {
      if (this.#entries[i] === name) values.push(this.#entries[i + 2] as string)
    }
    return values
  }

  has(name: string): boolean {
    for (let i = 0; i < this.#entries.length; i += 3) if (this.#entries[i] === name) return true
    return false
  }

  /** Adds a field after those that are there. */
  append(name: string, value: string): void {
    this.#entries.push(name.toLowerCase(), name, value)
  }

  /** As `append`, for one who has the name in lower case already. */
  appendNamed(lower: string, spelled: string, value: string): void {
    this.#entries.push(lower, spelled, value)
  }

  /**
   * Declares that every field that is here now was checked: its name is a token, its value holds no control byte, and
   * it is about the message, not the connection. Whoever writes the list need not look again. What is added later is
   * not covered.
   */
  vouch(): void {
    this.#vouched = this.size
  }

  /** The fields from the first to before this one are vouched for. */
  get vouched(): number {
    return this.#vouched
  }

  /** The name in lower case of the field at a place from 0 to before `size`; empty beyond. */
  lowerAt(index: number): string {
    return this.#entries[index * 3] ?? ''
  }

  /** The name of a field as spelled, by its place. */
  spelledAt(index: number): string {
    return this.#entries[index * 3 + 1] ?? ''
  }

  /** The value of a field by its place. */
  valueAt(index: number): string {
    return this.#entries[index * 3 + 2] ?? ''
  }

  /** Replaces every field of this name by one. */
  set(name: string, value: string): void {
    this.delete(name.toLowerCase())
    this.append(name, value)
  }

  /** Removes every field of this lower-case name. */
  delete(name: string): void {
    const entries = this.#entries
    const end = this.#vouched * 3
    let kept = 0
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] === name) {
        if (i < end) this.#vouched--
        continue
      }
      if (kept !== i) {
        entries[kept] = entries[i] as string
        entries[kept + 1] = entries[i + 1] as string
        entries[kept + 2] = entries[i + 2] as string
      }
      kept += 3
    }
    entries.length = kept
  }

  /** Calls back for every field: name in lower case, value, name as spelled. */
  forEach(visit: (name: string, value: string, spelled: string) => void): void {
    const entries = this.#entries
    for (let i = 0; i < entries.length; i += 3) {
      visit(entries[i] as string, entries[i + 2] as string, entries[i + 1] as string)
    }
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
    for (const entry of this.#entries) copy.#entries.push(entry)
    copy.#vouched = this.#vouched
    return copy
  }
}
