/** The text of a Date field (RFC 9110, 5.6.7), made anew once a second. */
export class HttpDate {
  #second = Number.NaN
  #text = ''

  /** @param nowMs milliseconds since 1970 */
  at(nowMs: number): string {
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#text = new Date(second * 1000).toUTCString()
    }
    return this.#text
  }
}
