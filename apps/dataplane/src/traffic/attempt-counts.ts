import { type Severity, severity } from './attempt-severity.ts'
import type { ClassTally } from './traffic.ts'

/** One class of failures: those that are this severe, or more. */
class Failures {
  count = 0
  /** In a row since the beginning; grows as long as there was nothing else. */
  head = 0
  longest = 0
  /** In a row up to now. */
  tail = 0

  take(): ClassTally {
    const { count, head, longest, tail } = this
    this.count = this.head = this.longest = this.tail = 0
    return [count, head, longest, tail]
  }
}

/** How the attempts at one target ended since it was last told, in numbers alone: an attempt allocates nothing. */
export class AttemptCounts {
  total = 0
  readonly #answered5xx = new Failures()
  readonly #failed = new Failures()
  readonly #notConnected = new Failures()
  /** Some class has a run that a better outcome ends. */
  #running = false

  get someFailed(): boolean {
    return this.#answered5xx.count > 0
  }

  add(how: Severity): void {
    const before = this.total++
    if (how === severity.well && !this.#running) return
    this.#running = how !== severity.well
    book(this.#answered5xx, how >= severity.answered5xx, before)
    book(this.#failed, how >= severity.failed, before)
    book(this.#notConnected, how >= severity.notConnected, before)
  }

  /** What has been counted; it begins anew, and runs with it: who reads joins them. */
  take(): { total: number; classes: readonly [ClassTally, ClassTally, ClassTally] } {
    const { total } = this
    this.total = 0
    this.#running = false
    return { total, classes: [this.#answered5xx.take(), this.#failed.take(), this.#notConnected.take()] }
  }
}

function book(failures: Failures, belongs: boolean, before: number): void {
  if (!belongs) {
    failures.tail = 0
    return
  }
  failures.count++
  failures.tail++
  if (failures.head === before) failures.head++
  if (failures.tail > failures.longest) failures.longest = failures.tail
}
