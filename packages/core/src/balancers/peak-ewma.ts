/**
 * A moving average of how long answers take that rises at once and falls slowly: Finagle's "peak EWMA"
 * (`com.twitter.finagle.loadbalancer.PeakEwma`). Without traffic it falls towards 0, so that a target that was slow once is
 * tried again. No clock of its own: milliseconds on any clock that does not go back.
 */
export class PeakEwma {
  readonly #decayMs: number
  #cost = Number.NaN
  #at = 0

  /** @param decayMs after which an old value counts 1/e */
  constructor(decayMs = 10_000) {
    this.#decayMs = decayMs
  }

  /** An answer took so long. */
  observe(ms: number, nowMs: number): void {
    const old = this.#decayed(nowMs)
    const fresh = !(old >= 0)
    if (fresh || ms > this.#cost) this.#cost = ms
    else {
      const weight = Math.exp((this.#at - nowMs) / this.#decayMs)
      this.#cost = this.#cost * weight + ms * (1 - weight)
    }
    this.#at = nowMs
  }

  /** Milliseconds; NaN before the first answer. */
  read(nowMs: number): number {
    return this.#decayed(nowMs)
  }

  #decayed(nowMs: number): number {
    return this.#cost * Math.exp(Math.min(0, this.#at - nowMs) / this.#decayMs)
  }
}
