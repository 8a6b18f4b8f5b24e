import { readFileSync } from 'node:fs'
import { toFailure } from './api-failure.ts'
import { parseArguments } from './arguments.ts'
import type { Answer, Command, World } from './command.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { Failure, wrongUsage } from './failure.ts'
import { commandsUnder, findCommand } from './find-command.ts'
import { globalOptions, helpOf, overview } from './help.ts'
import { Printer, type Sinks } from './terminal/printer.ts'

/** Runs one command line to its end. Never throws. */
export async function run(
  commands: readonly Command[],
  args: readonly string[],
  surroundings: Pick<World, 'env' | 'stdin' | 'signal' | 'now'>,
  sinks: Sinks,
): Promise<ExitCode> {
  // Before the command line is understood, since that may fail.
  const printer = new Printer(sinks, args.includes('--json'))
  try {
    const answer = await answerTo(commands, args, {
      ...surroundings,
      note: (text) => printer.note(text),
      warn: (text) => printer.warn(text),
      ask: (text) => printer.ask(text),
    })
    printer.answer(answer)
    if (answer.failure) throw answer.failure
    return answer.exitCode ?? exitCodes.ok
  } catch (error) {
    const failure = explain(toFailure(error), surroundings.signal)
    printer.failure(failure)
    return failure.exitCode
  }
}

async function answerTo(commands: readonly Command[], args: readonly string[], world: World): Promise<Answer> {
  const [first = ''] = args
  if (first === '' || first === '--help' || first === '-h' || first === '--json') {
    if (first !== '' && first !== '--json') return inLines(overview(commands))
    throw wrongUsage('Which command? "switchyard --help" lists them.')
  }
  if (first === '--version') return inLines([version()])
  if (first === 'help') return helpFor(commands, args.slice(1))
  const { command, rest } = findCommand(commands, args)
  const { options, positionals } = parseArguments(rest, { ...command.options, ...globalOptions })
  if (options.help) return inLines(helpOf(command))
  countArguments(command, positionals)
  return command.run(world, { options, positionals, url: options.url })
}

function helpFor(commands: readonly Command[], words: readonly string[]): Answer {
  const [only, ...others] = commandsUnder(commands, words)
  if (words.length === 0) return inLines(overview(commands))
  if (only === undefined) return inLines(helpOf(findCommand(commands, words).command))
  return inLines([only, ...others].flatMap((command, index) => [...(index > 0 ? [''] : []), ...helpOf(command)]))
}

const inLines = (lines: readonly string[]): Answer => ({ value: lines.join('\n'), lines })

function countArguments({ name, arguments: expected }: Command, { length }: readonly string[]): void {
  const needed = expected.filter((one) => !one.startsWith('['))
  if (length < needed.length) {
    const hint = name === 'rollback' ? ' A number behind --wait is its seconds.' : ''
    throw wrongUsage(`${name} needs ${needed.slice(length).join(' and ')}.${hint}`)
  }
  if (length > expected.length) throw wrongUsage(`${name} takes ${expected.join(' and ') || 'no arguments'}, no more.`)
}

function explain(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted && !(error instanceof Failure && error.exitCode === exitCodes.interrupted)) {
    return new Failure('interrupted', exitCodes.interrupted, 'Interrupted.')
  }
  if (error instanceof Failure) return error
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new Failure('defect', exitCodes.defect, `This should not have happened: ${said}`)
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
