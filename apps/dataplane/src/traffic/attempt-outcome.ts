import type { ErrorCode } from '@switchyard/core/errors'

/** What came of one try at one target. */
export type AttemptOutcome =
  /** The head of a response is there: `exchange.response` is set. */
  | { readonly type: 'answered' }
  /** Nobody waits for it any more. */
  | { readonly type: 'abandoned' }
  | {
      readonly type: 'failed'
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

export type AttemptFailure = Extract<AttemptOutcome, { type: 'failed' }>

export const answered: AttemptOutcome = { type: 'answered' }
export const abandoned: AttemptOutcome = { type: 'abandoned' }
