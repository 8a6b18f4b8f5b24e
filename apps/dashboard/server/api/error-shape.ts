import { type ErrorCode, errors, type Problem, SwitchyardError } from '@switchyard/core/errors'
import { TRPCError } from '@trpc/server'
import { z } from 'zod'

/** What every error of the API carries beside its sentence. */
export interface ErrorData {
  /** tRPC's code, such as CONFLICT. */
  code: string
  httpStatus: number
  reason: ErrorCode
  problems: Problem[]
}

type TrpcCode = TRPCError['code']

const codes: Record<number, TrpcCode> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'TOO_MANY_REQUESTS',
}

const statuses: Partial<Record<TrpcCode, number>> = {
  ...Object.fromEntries(Object.entries(codes).map(([status, code]) => [code, Number(status)])),
  PARSE_ERROR: 400,
  UNSUPPORTED_MEDIA_TYPE: 415,
}

const reasons: Partial<Record<TrpcCode, ErrorCode>> = {
  BAD_REQUEST: 'invalid',
  PARSE_ERROR: 'invalid',
  UNAUTHORIZED: 'unauthorized',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_supported',
  UNSUPPORTED_MEDIA_TYPE: 'invalid',
  PAYLOAD_TOO_LARGE: 'body_too_large',
}

/** The tRPC error that says what a SwitchyardError says; the cause stays inside. */
export function toTrpcError(error: SwitchyardError): TRPCError {
  return new TRPCError({ code: codes[error.status] ?? 'INTERNAL_SERVER_ERROR', message: error.message, cause: error })
}

/** The one place that decides what a caller reads about an error: the table's words, never a cause or a stack. */
export function errorShape(error: TRPCError): { message: string; data: ErrorData } {
  const { code, cause } = error
  if (cause instanceof SwitchyardError) {
    const httpStatus = cause.status
    const data = { code: codes[httpStatus] ?? 'INTERNAL_SERVER_ERROR', httpStatus, reason: cause.code }
    return { message: cause.message, data: { ...data, problems: [...cause.problems] } }
  }
  const reason = reasons[code] ?? 'internal'
  const problems = cause instanceof z.ZodError ? cause.issues.map(problemOf) : []
  return {
    message: errors[reason].message,
    data: { code, httpStatus: statuses[code] ?? 500, reason, problems },
  }
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  )
  return { path, message: issue.message }
}
