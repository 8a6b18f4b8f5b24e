import type { Cancellable, Exchange } from './exchange.ts'

/** The longest pause is so many times the shortest. */
const longest = 10

/**
 * The time before a further attempt: at random up to a bound that doubles each time ("full jitter"; Brooker, "Exponential
 * Backoff And Jitter", 2015).
 *
 * @param retry which one it is, from 1
 * @param random uniform in [0, 1)
 */
export function pauseMs(retry: number, backoffMs: number, random: number): number {
  return random * Math.min(backoffMs * 2 ** (retry - 1), backoffMs * longest)
}

/** An exchange that waits before its next attempt. */
export class RetryPause implements Cancellable {
  readonly #exchange: Exchange
  readonly #over: () => void
  readonly #timer: NodeJS.Timeout

  /** @param over called once, when the time is over or the exchange is given up */
  constructor(exchange: Exchange, ms: number, over: () => void) {
    this.#exchange = exchange
    this.#over = over
    this.#timer = setTimeout(() => this.cancel(), ms)
    exchange.attempt = this
  }

  cancel(): void {
    clearTimeout(this.#timer)
    this.#exchange.attempt = undefined
    this.#over()
  }
}
