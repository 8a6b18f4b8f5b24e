import type { ErrorCode, Problem } from '@switchyard/core/errors'

/** What the API says when it refuses: a stable code, a sentence, and the places that are wrong. */
export interface ApiError {
  message: string
  reason: ErrorCode | undefined
  problems: readonly Problem[]
}

/** Reads an error of a call, whatever it is: the API's own answer, or a connection that failed. */
export function readApiError(error: unknown): ApiError {
  const message = error instanceof Error ? error.message : String(error)
  const data: unknown = error instanceof Error && 'data' in error ? error.data : undefined
  if (typeof data !== 'object' || data === null) return { message, reason: undefined, problems: [] }
  const { reason, problems } = data as { reason?: ErrorCode; problems?: Problem[] }
  return { message, reason, problems: problems ?? [] }
}
