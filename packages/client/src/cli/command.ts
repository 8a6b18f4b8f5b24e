import type { Readable } from 'node:stream'
import type { Client } from '../client.ts'
import type { Given, Options } from './arguments.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Failure } from './failure.ts'

/** The program as a command sees it. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  now(): number
  /** Says something to people beside the answer, at once, on standard error; nothing with `--json`. */
  note(text: string): void
  /** Says something that people and scripts must not miss. */
  warn(text: string): void
  /** Writes a question, as it is, where there is somebody to ask. */
  ask(text: string): void
}

/** What a command needs of the control plane. */
export interface Session {
  readonly url: string
  readonly client: Client
}

export interface Answer {
  /** With `--json`: all that stands on standard output. Its shape is stable. */
  value: unknown
  /** Without. */
  lines: readonly string[]
  /** Text that is written exactly so instead of lines: a document. */
  text?: string
  exitCode?: ExitCode
  /** The answer stands, and yet the command did not reach all that was asked for. */
  failure?: Failure
}

export interface Command<O extends Options = Options> {
  /** `apply`; `token create`. */
  name: string
  summary: string
  /** Arguments by name, in order; those in brackets may be left out. */
  arguments: readonly string[]
  options: O
  /** What help says beyond the options. */
  details?: string
  example: string
  run(world: World, input: { options: Given<O>; positionals: string[]; url: string | undefined }): Promise<Answer>
}

/** Ties the options that a command reads to those that it declares. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command => command as unknown as Command
