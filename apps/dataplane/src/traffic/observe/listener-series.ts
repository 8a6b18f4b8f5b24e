import type { ErrorCode } from '@switchyard/core/errors'
import { type CountSeries, none, type Series } from './series.ts'

/** Why a connection was closed as soon as it was there: the listener has as many as it may, or its client has. */
export type TurnedAway = 'listener_full' | 'client_full'

/** Where each counter stands. */
const place = { accepted: 0, handshakes: 1, handshakesFailed: 2 }

/** The connections of one listener, and what came over them that took no route. How many are open is in its state. */
export class ListenerSeries implements Series {
  readonly key: string
  changed = false
  readonly counters = [0, 0, 0]
  readonly gauges = none
  readonly #id: string
  readonly #count: (key: string) => CountSeries

  /** @param count finds or makes the series of this key */
  constructor(key: string, id: string, count: (key: string) => CountSeries) {
    this.key = key
    this.#id = id
    this.#count = count
  }

  /** A connection is served. */
  accepted(): void {
    this.#add(place.accepted)
  }

  turnedAway(reason: TurnedAway): void {
    this.#count(`turned-away ${this.#id} ${reason}`).add()
  }

  handshake(succeeded: boolean): void {
    this.#add(succeeded ? place.handshakes : place.handshakesFailed)
  }

  /** A request was answered by us before it had a route. */
  refused(code: ErrorCode): void {
    this.#count(`refused ${this.#id} ${code}`).add()
  }

  #add(at: number): void {
    this.counters[at] = (this.counters[at] as number) + 1
    this.changed = true
  }
}

/** What the counters say, by name. */
export function readListener([accepted = 0, handshakes = 0, handshakesFailed = 0]: readonly number[]) {
  return { accepted, handshakes, handshakesFailed }
}
