import type { Problem } from '@switchyard/core/errors'
import { type ExitCode, exitCodes } from './exit-codes.ts'

/** A problem, with the file that it is in where there is one. */
export interface FileProblem extends Problem {
  file?: string
}

/** Why a command did not do what it was asked for, for the one who typed it. The message is a sentence. */
export class Failure extends Error {
  /** Stable, lower_snake: of the API where the API said it. */
  readonly code: string
  readonly exitCode: ExitCode
  readonly problems: readonly FileProblem[]

  constructor(code: string, exitCode: ExitCode, message: string, problems: readonly FileProblem[] = []) {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.exitCode = exitCode
    this.problems = problems
  }
}

export const refused = (code: string, message: string, problems?: readonly FileProblem[]): Failure =>
  new Failure(code, exitCodes.refused, message, problems)

export const wrongUsage = (message: string): Failure => new Failure('usage', exitCodes.usage, message)
