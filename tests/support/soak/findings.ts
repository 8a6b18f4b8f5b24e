/** What went wrong, each with what was seen; the first of each kind in full, since the rest is like it. */
export class Findings {
  readonly list: string[] = []
  count = 0

  add(what: string, error: unknown): void {
    this.count++
    if (this.list.length < 20) this.list.push(`${what}: ${error instanceof Error ? error.message : error}`)
  }
}
