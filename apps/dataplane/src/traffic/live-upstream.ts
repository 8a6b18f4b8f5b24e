import { Breaker, type BreakerConfig } from './breaker.ts'
import { type Deadlines, now } from './deadlines.ts'
import { RetryBudget } from './retry-budget.ts'
import type { BreakerChange, BreakerStatus } from './traffic.ts'
import type { Upstream } from './upstream.ts'
import { WaitingLine } from './waiting-line.ts'

/** What is in hand at the targets of one tier. */
export interface TierCount {
  inFlight: number
}

/** What lives as long as an upstream keeps its id, over any number of revisions. */
export class LiveUpstream {
  readonly id: string
  /** Who waits for one of its targets to have room. */
  readonly line: WaitingLine
  readonly budget = new RetryBudget()
  /** Attempts under way at all of its targets. */
  inFlight = 0
  /** As the revision that serves has it; undefined where that has none, or there is none yet. */
  current: Upstream | undefined
  /** How many need it: runtimes that name it, and targets that are its own. The business of who keeps it. */
  holders = 0
  #breaker: Breaker | undefined
  #halfOpen: NodeJS.Timeout | undefined
  readonly #tiers = new Map<number, TierCount>()
  readonly #onBreaker: (change: BreakerChange) => void

  constructor(id: string, deadlines: Deadlines, onBreaker: (change: BreakerChange) => void) {
    this.id = id
    this.line = new WaitingLine(deadlines)
    this.#onBreaker = onBreaker
  }

  get breaker(): Breaker | undefined {
    return this.#breaker
  }

  /** It has as much in hand as it may, however much its targets may each. */
  get full(): boolean {
    const breaker = this.#breaker
    if (breaker === undefined) return false
    const { maxInFlight } = breaker.config
    return maxInFlight > 0 && this.inFlight >= maxInFlight
  }

  /** One for each tier that targets were ever in: at most ten. */
  countOf(tier: number): TierCount {
    let count = this.#tiers.get(tier)
    if (!count) {
      count = { inFlight: 0 }
      this.#tiers.set(tier, count)
    }
    return count
  }

  /** This revision serves; undefined: one that does not name it. */
  serve(upstream: Upstream | undefined): void {
    this.current = upstream
    this.#protectBy(upstream?.config.breaker)
  }

  /** The same settings keep the breaker as it is. */
  #protectBy(config: BreakerConfig | undefined): void {
    const before = this.#breaker
    if (before && config && JSON.stringify(before.config) === JSON.stringify(config)) return
    this.#breaker = config && new Breaker(config, (state) => this.#breakerChanged(state))
    if (before && before.state !== 'closed') this.#breakerChanged('closed')
  }

  #breakerChanged(state: BreakerStatus): void {
    clearTimeout(this.#halfOpen)
    if (state === 'open') this.#halfOpenLater()
    this.#onBreaker({ upstream: this.id, state })
    this.line.move()
  }

  /** By the clock, so that it shows where nobody asks. */
  #halfOpenLater(): void {
    const breaker = this.#breaker
    if (breaker === undefined) return
    this.#halfOpen = setTimeout(
      () => {
        breaker.look(now())
        if (breaker === this.#breaker && breaker.state === 'open') this.#halfOpenLater()
      },
      Math.ceil(breaker.waitMs(now())) + 1,
    ).unref()
  }

  destroy(): void {
    clearTimeout(this.#halfOpen)
  }
}
