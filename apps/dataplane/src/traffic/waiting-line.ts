import { type Deadlines, Timed } from './deadlines.ts'
import type { Cancellable, Exchange } from './exchange.ts'
import type { UpstreamTarget } from './upstream.ts'

/** How an exchange goes on that has waited: one of these, once. */
export interface WaitEnd {
  /** The target has room for it. */
  go(exchange: Exchange, target: UpstreamTarget): void
  timedOut(exchange: Exchange): void
  /** Nobody waits for the exchange any more. */
  cancelled(exchange: Exchange): void
}

/**
 * Exchanges that wait for a target of one upstream to have room, over any number of revisions. Who came first goes
 * first; only who cannot make use of the room that there is, because it is at none of its targets, is passed over.
 */
export class WaitingLine {
  readonly upstream: string
  /** Live targets that belong to it; the business of who keeps those. */
  targets = 0
  readonly #deadlines: Deadlines
  #first: Waiting | undefined
  #last: Waiting | undefined
  #size = 0
  #moving = false
  #moveAgain = false

  constructor(upstream: string, deadlines: Deadlines) {
    this.upstream = upstream
    this.#deadlines = deadlines
  }

  get size(): number {
    return this.#size
  }

  /**
   * Puts an exchange at the end, and lets it go at once if there is room.
   *
   * @param latest on the clock of `now`: by then it has waited enough in any case
   */
  join(exchange: Exchange, end: WaitEnd, timeoutMs: number, latest: number): void {
    const waiting = new Waiting(exchange, end, this)
    waiting.previous = this.#last
    if (this.#last) this.#last.next = waiting
    else this.#first = waiting
    this.#last = waiting
    this.#size++
    exchange.attempt = waiting
    exchange.upstream?.series.queued()
    this.#deadlines.add(waiting)
    this.#deadlines.expect(waiting, timeoutMs, latest)
    this.move()
  }

  /** There may be room: as many go as find some. */
  move(): void {
    if (this.#size === 0) return
    this.#moveAgain = true
    // Who goes may fail at once, and make room again.
    if (this.#moving) return
    this.#moving = true
    while (this.#moveAgain) {
      this.#moveAgain = false
      this.#moveOne()
    }
    this.#moving = false
  }

  #moveOne(): void {
    for (let waiting = this.#first; waiting; waiting = waiting.next) {
      const { exchange } = waiting
      const target = exchange.upstream?.pick(exchange.received, exchange.tried)
      if (target) {
        this.#leave(waiting, false)
        this.#moveAgain = true
        waiting.end.go(exchange, target)
        return
      }
      // Who comes after it in the same revision has no more to choose from.
      if (exchange.tried === undefined && exchange.upstream === this.#last?.exchange.upstream) return
    }
  }

  cancel(waiting: Waiting): void {
    this.#leave(waiting, false)
    waiting.end.cancelled(waiting.exchange)
  }

  timeOut(waiting: Waiting): void {
    this.#leave(waiting, true)
    waiting.end.timedOut(waiting.exchange)
  }

  #leave(waiting: Waiting, timedOut: boolean): void {
    const { previous, next, exchange } = waiting
    if (previous) previous.next = next
    else this.#first = next
    if (next) next.previous = previous
    else this.#last = previous
    this.#size--
    exchange.attempt = undefined
    exchange.upstream?.series.unqueued(timedOut)
    this.#deadlines.delete(waiting)
  }
}

/** The place of one exchange in the line. */
class Waiting extends Timed implements Cancellable {
  readonly exchange: Exchange
  readonly end: WaitEnd
  previous: Waiting | undefined = undefined
  next: Waiting | undefined = undefined
  readonly #line: WaitingLine

  constructor(exchange: Exchange, end: WaitEnd, line: WaitingLine) {
    super()
    this.exchange = exchange
    this.end = end
    this.#line = line
  }

  override late(): void {
    this.#line.timeOut(this)
  }

  cancel(): void {
    this.#line.cancel(this)
  }
}
