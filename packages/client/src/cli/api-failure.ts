import { TRPCClientError } from '@trpc/client'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { Failure, type FileProblem } from './failure.ts'

/** The failure that an error of a call means; anything that is no error of a call as it is. */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof TRPCClientError)) return error
  if (error.cause instanceof Failure) return error.cause
  if (isObject(error.data) && typeof error.data['reason'] === 'string') {
    const { reason, httpStatus, problems } = error.data
    const message = reason === 'unauthorized' ? tokenRefused : error.message
    return new Failure(reason, exitCodeOf(reason, httpStatus), message, readProblems(problems))
  }
  const message = 'The control plane answered something that this version does not understand.'
  return new Failure('unreachable', exitCodes.unreachable, message)
}

const tokenRefused =
  'The control plane does not take this token. Log in again with "switchyard login", or set SWITCHYARD_API_TOKEN.'

/** Says which thing is not there, where the API only says that it is not. */
export async function orNotFound<T>(call: Promise<T>, message: string): Promise<T> {
  try {
    return await call
  } catch (error) {
    const failure = toFailure(error)
    if (failure instanceof Failure && failure.code === 'not_found') {
      throw new Failure('not_found', exitCodes.refused, message)
    }
    throw failure
  }
}

function exitCodeOf(reason: string, status: unknown): ExitCode {
  if (reason === 'conflict') return exitCodes.conflict
  if (status === 401 || status === 403) return exitCodes.unauthorized
  return typeof status === 'number' && status >= 500 ? exitCodes.unreachable : exitCodes.refused
}

/** What the server says is not trusted to have the shape that its types promise. */
function readProblems(problems: unknown): FileProblem[] {
  if (!Array.isArray(problems)) return []
  return problems.filter(isObject).map(({ path, message, line }) => ({
    path: String(path ?? ''),
    message: String(message ?? ''),
    ...(typeof line === 'number' && { line }),
  }))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
