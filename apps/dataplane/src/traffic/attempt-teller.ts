import { AttemptCounts } from './attempt-counts.ts'
import { type Severity, severity } from './attempt-severity.ts'
import type { AttemptTally } from './traffic.ts'

/** What failed is told after so long, with all that fails meanwhile. */
const failureMs = 10
/** What went well is told after so long. */
const wellMs = 1000

/** The attempts at one target that are still to be told. */
export class UntoldAttempts {
  readonly upstream: string
  readonly target: string
  readonly url: string
  readonly counts = new AttemptCounts()
  readonly #teller: AttemptTeller

  constructor(upstream: string, target: string, url: string, teller: AttemptTeller) {
    this.upstream = upstream
    this.target = target
    this.url = url
    this.#teller = teller
  }

  add(how: Severity): void {
    const { counts } = this
    if (counts.total === 0) this.#teller.waits(this)
    if (how !== severity.well && !counts.someFailed) this.#teller.hurries(this)
    counts.add(how)
  }
}

/** Tells how attempts ended: nearly at once where some failed, else once a second, and only of targets that had any. */
export class AttemptTeller {
  readonly #tell: (tallies: readonly AttemptTally[]) => void
  readonly #waiting = new Set<UntoldAttempts>()
  readonly #hurrying = new Set<UntoldAttempts>()
  #closed = false
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Timeout | undefined

  constructor(tell: (tallies: readonly AttemptTally[]) => void) {
    this.#tell = tell
  }

  /** There is something to tell of it. */
  waits(untold: UntoldAttempts): void {
    if (this.#closed) return
    this.#waiting.add(untold)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#take(this.#waiting)
    }, wellMs).unref()
  }

  /** Something failed. */
  hurries(untold: UntoldAttempts): void {
    if (this.#closed) return
    this.#hurrying.add(untold)
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.#take(this.#hurrying)
    }, failureMs).unref()
  }

  #take(from: Set<UntoldAttempts>): void {
    const tallies: AttemptTally[] = []
    for (const untold of from) {
      this.#waiting.delete(untold)
      this.#hurrying.delete(untold)
      const { upstream, target, url, counts } = untold
      tallies.push({ upstream, target, url, ...counts.take() })
    }
    if (tallies.length > 0) this.#tell(tallies)
  }

  destroy(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    clearTimeout(this.#soon)
    this.#waiting.clear()
    this.#hurrying.clear()
  }
}
