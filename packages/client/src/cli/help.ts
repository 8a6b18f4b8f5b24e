import type { Options } from './arguments.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-codes.ts'

/** What every command takes. */
export const globalOptions = {
  json: { help: 'One JSON value on standard output; errors as JSON on standard error' },
  url: { value: 'URL', help: 'The control plane, over SWITCHYARD_URL and what login kept' },
  help: { short: 'h', help: 'Say how it is used' },
} as const satisfies Options

const exitCodeLines = [
  [exitCodes.ok, 'done; of diff: nothing differs'],
  [exitCodes.refused, 'refused: invalid input, something that is not there, a confirmation that is missing'],
  [exitCodes.differences, 'of diff: something differs'],
  [exitCodes.conflict, 'somebody else changed it in the meantime'],
  [exitCodes.unauthorized, 'no token, a wrong one, or one whose role does not allow it'],
  [exitCodes.unreachable, 'the control plane cannot be reached, or failed'],
  [exitCodes.notServing, 'published, but a node rejected it, or not every node served it in time'],
  [exitCodes.usage, 'the command line is wrong'],
  [exitCodes.defect, 'a defect of this program'],
  [exitCodes.interrupted, 'interrupted by Ctrl-C'],
] as const

export function overview(commands: readonly Command[]): string[] {
  const calls = commands.map((command) => [callOf(command), command.summary] as const)
  return [
    'Usage: switchyard COMMAND …',
    '',
    ...inColumns(calls),
    '',
    'Options of every command:',
    ...inColumns(optionRows(globalOptions)),
    '',
    'Environment:',
    ...inColumns([
      ['SWITCHYARD_URL', 'the control plane; stands over what login kept'],
      ['SWITCHYARD_API_TOKEN', 'the token; stands over what login kept'],
    ]),
    '',
    'Exit codes:',
    ...inColumns(exitCodeLines.map(([code, meaning]) => [String(code), meaning])),
    '',
    'switchyard COMMAND --help says more of a command.',
  ]
}

export function helpOf(command: Command): string[] {
  const options = { ...command.options, ...globalOptions }
  const { summary, details, example } = command
  return [
    `Usage: switchyard ${callOf(command)} [OPTIONS]`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    ...(details === undefined ? [] : details.split('\n')),
    '',
    'Options:',
    ...inColumns(optionRows(options)),
    '',
    'Example:',
    `  ${example}`,
  ]
}

const callOf = ({ name, arguments: expected }: Command): string => [name, ...expected].join(' ')

const optionRows = (options: Options): [string, string][] =>
  Object.entries(options).map(([name, { value, optional, short, help }]) => {
    const given = value === undefined ? '' : optional ? ` [${value}]` : ` ${value}`
    return [`${short === undefined ? '    ' : `-${short}, `}--${name}${given}`, help]
  })

function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
