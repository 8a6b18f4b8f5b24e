/** What counts as recent: this long, and what is left of as long before. */
const windowMs = 10_000
/** So many retries in that time are always allowed, so that an upstream with few requests may retry at all. */
const floor = 10

/**
 * Keeps retries a share of the requests, so that targets that answer badly are not buried under them (Google, "Site
 * Reliability Engineering", chapter 21).
 */
export class RetryBudget {
  #windowEnd = 0
  #requests = 0
  #retries = 0

  /** @param now milliseconds, monotonic */
  request(now: number): void {
    if (now >= this.#windowEnd) this.#turn(now)
    this.#requests++
  }

  /** Takes one retry from the budget; false when there is none left. */
  take(now: number, percent: number): boolean {
    if (now >= this.#windowEnd) this.#turn(now)
    if (this.#retries + 1 > Math.max(floor, (this.#requests * percent) / 100)) return false
    this.#retries++
    return true
  }

  /** Half of what was counted goes on to count; all of it is forgotten after a longer silence. */
  #turn(now: number): void {
    const share = now < this.#windowEnd + windowMs ? 0.5 : 0
    this.#requests *= share
    this.#retries *= share
    this.#windowEnd = now + windowMs
  }
}
