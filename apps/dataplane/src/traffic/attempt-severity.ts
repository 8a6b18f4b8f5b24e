import type { ErrorCode } from '@switchyard/core/errors'
import type { AttemptFailure } from './attempt-outcome.ts'

/** How badly an attempt ended, each worse than the one before; the classes of an `AttemptTally` are those above `well`. */
export const severity = {
  well: 0,
  /** Answered with a status of 500 and above, but not by a gateway that failed. */
  answered5xx: 1,
  /** Reset, too late, not understood, or answered by a gateway that failed: 502 to 504. */
  failed: 2,
  /** There was no connection, or no TLS over it. */
  notConnected: 3,
} as const
export type Severity = (typeof severity)[keyof typeof severity]

const unconnected = new Set<ErrorCode>(['connect_failed', 'connect_timeout', 'address_refused'])

export function severityOfStatus(status: number): Severity {
  if (status < 500) return severity.well
  return status >= 502 && status <= 504 ? severity.failed : severity.answered5xx
}

/** Undefined where it says nothing of the target: the client or we are at fault, or a used connection has closed. */
export function severityOfFailure({ byTarget, stale, code }: AttemptFailure): Severity | undefined {
  if (!byTarget || stale) return undefined
  return unconnected.has(code) ? severity.notConnected : severity.failed
}
