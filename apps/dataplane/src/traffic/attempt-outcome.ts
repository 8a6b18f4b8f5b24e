import type { ErrorCode } from '@switchyard/core/errors'
import type { Exchange } from './exchange.ts'
import type { Termination } from './observe/termination.ts'

/** What went wrong with one try at one target. That it went well is `exchange.response`. */
export interface AttemptFailure {
  readonly code: ErrorCode
  /** Logged, never sent. */
  readonly cause: unknown
  /** The target is at fault, and not the client or we. */
  readonly byTarget: boolean
  /** Nothing of the request can have reached a target: connecting failed. */
  readonly unsent: boolean
  /** A connection that had been used before closed at the moment it was used again. */
  readonly stale: boolean
  /** The time of one try was over, and not all the time there is. */
  readonly slow?: boolean
}

/** How a failure is booked, beyond its code. */
export interface Blame {
  /** The target is at fault. @default true */
  readonly byTarget?: boolean
  /** The time of one try was over, and not all the time there is. @default false */
  readonly slow?: boolean
  /** How the exchange ends where the client has the head already. @default the code */
  readonly termination?: Termination
}

/**
 * An attempt has come to its head or to its end: `exchange.response` is set, or there is a failure, or the exchange is
 * gone. Called once for each attempt; what becomes of the body afterwards is between its source and its sink.
 */
export type Settled = (exchange: Exchange, failure: AttemptFailure | undefined) => void
