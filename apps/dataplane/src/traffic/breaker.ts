import type { BreakerStatus } from './traffic.ts'
import type { UpstreamConfig } from './upstream.ts'

export type BreakerConfig = NonNullable<UpstreamConfig['breaker']>

/** Of all breakers, so that what began at one says nothing to the one that takes its place. */
let eras = 0

/** A window is counted in so many parts; it is exact up to one of them. */
const parts = 10

/**
 * Spares an upstream while most of its attempts fail (Nygard, "Release It!", 2007). Closed, it counts; open, it lets nothing
 * through; after `openMs` it is half-open: so many trials are let through, and it closes when all of them were well, or
 * opens anew at the first that was not. Times are milliseconds, monotonic.
 */
export class Breaker {
  readonly config: BreakerConfig
  readonly #changed: (state: BreakerStatus) => void
  #state: BreakerStatus = 'closed'
  /** Another one after each change: what began before it says nothing after it. */
  #era = ++eras
  #openUntil = 0
  /** Trials under way, and those that were well. */
  #trying = 0
  #passed = 0
  readonly #totals = new Array<number>(parts).fill(0)
  readonly #failures = new Array<number>(parts).fill(0)
  #total = 0
  #failed = 0
  /** The part of time that is counted now, from the beginning of the clock. */
  #part = 0

  /** @param changed called after each change */
  constructor(config: BreakerConfig, changed: (state: BreakerStatus) => void) {
    this.config = config
    this.#changed = changed
  }

  get state(): BreakerStatus {
    return this.#state
  }

  /** An attempt may be made now. */
  admits(now: number): boolean {
    if (this.#state === 'closed') return true
    this.look(now)
    return this.#state === 'half-open' && this.#trying + this.#passed < this.config.trials
  }

  /** Half-open when it has been open for long enough. */
  look(now: number): void {
    if (this.#state === 'open' && now >= this.#openUntil) this.#become('half-open')
  }

  /** Until it may be worth asking again. */
  waitMs(now: number): number {
    return this.#state === 'open' ? Math.max(0, this.#openUntil - now) : 0
  }

  /** An attempt begins. Returns what to end it with. */
  begin(): number {
    if (this.#state === 'half-open') this.#trying++
    return this.#era
  }

  /**
   * An attempt has come to the head of an answer, or failed.
   *
   * @param era as `begin` returned it
   * @param well undefined where its end says nothing of the upstream
   */
  end(era: number, well: boolean | undefined, now: number): void {
    if (era !== this.#era || this.#state === 'open') return
    if (this.#state === 'closed') {
      if (well !== undefined) this.#count(1, well ? 0 : 1, now)
      return
    }
    this.#trying--
    if (well === false) this.#open(now)
    else if (well && ++this.#passed >= this.config.trials) this.#become('closed')
  }

  /** An answer that had begun well has broken off: a failure after all. */
  broke(now: number): void {
    if (this.#state === 'closed') this.#count(0, 1, now)
    else if (this.#state === 'half-open') this.#open(now)
  }

  #count(total: number, failed: number, now: number): void {
    const { failurePercent, minRequests, windowMs } = this.config
    if (failurePercent === 0) return
    this.#moveTo(Math.floor((now * parts) / windowMs))
    const at = this.#part % parts
    this.#totals[at] = (this.#totals[at] as number) + total
    this.#failures[at] = (this.#failures[at] as number) + failed
    this.#total += total
    this.#failed += failed
    if (failed > 0 && this.#total >= minRequests && this.#failed * 100 >= failurePercent * this.#total) this.#open(now)
  }

  /** Leaves behind the parts that the window has passed. */
  #moveTo(part: number): void {
    if (part <= this.#part) return
    const passed = Math.min(parts, part - this.#part)
    for (let n = 1; n <= passed; n++) {
      const at = (this.#part + n) % parts
      this.#total -= this.#totals[at] as number
      this.#failed -= this.#failures[at] as number
      this.#totals[at] = 0
      this.#failures[at] = 0
    }
    this.#part = part
  }

  #open(now: number): void {
    this.#openUntil = now + this.config.openMs
    this.#become('open')
  }

  #become(state: BreakerStatus): void {
    this.#state = state
    this.#era = ++eras
    this.#trying = 0
    this.#passed = 0
    this.#totals.fill(0)
    this.#failures.fill(0)
    this.#total = 0
    this.#failed = 0
    this.#changed(state)
  }
}
