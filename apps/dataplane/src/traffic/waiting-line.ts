import { type Deadlines, Timed } from './deadlines.ts'
import type { Cancellable, Exchange } from './exchange.ts'
import type { UpstreamSeries } from './observe/upstream-series.ts'
import type { UpstreamTarget } from './upstream-target.ts'

/** How an exchange that waits goes on. After `next` has said so, one of the others is called, once. */
export interface WaitEnd {
  /** The target that has room for it; `anew` where it has nothing to wait for in this line any more; undefined: it waits on. */
  next(exchange: Exchange, line: WaitingLine): UpstreamTarget | 'anew' | undefined
  /** It looks for a target anew, and does not come back to this line. */
  anew(exchange: Exchange): void
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
  readonly #deadlines: Deadlines
  #first: Waiting | undefined
  #last: Waiting | undefined
  #size = 0
  #moving = false
  #moveAgain = false

  constructor(deadlines: Deadlines) {
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
    waiting.series?.queued()
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
      const next = waiting.end.next(exchange, this)
      if (next !== undefined) {
        this.#leave(waiting, false)
        this.#moveAgain = true
        if (next === 'anew') waiting.end.anew(exchange)
        else waiting.end.go(exchange, next)
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
    waiting.series?.unqueued(timedOut)
    this.#deadlines.delete(waiting)
  }
}

/** The place of one exchange in the line. */
class Waiting extends Timed implements Cancellable {
  readonly exchange: Exchange
  readonly end: WaitEnd
  /** Of the upstream that it waits for; the exchange may go on to another. */
  readonly series: UpstreamSeries | undefined
  previous: Waiting | undefined = undefined
  next: Waiting | undefined = undefined
  readonly #line: WaitingLine

  constructor(exchange: Exchange, end: WaitEnd, line: WaitingLine) {
    super()
    this.exchange = exchange
    this.end = end
    this.series = exchange.upstream?.series
    this.#line = line
  }

  override late(): void {
    this.#line.timeOut(this)
  }

  cancel(): void {
    this.#line.cancel(this)
  }
}
