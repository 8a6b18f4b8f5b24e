import type { ErrorCode } from '@switchyard/core/errors'

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
}
