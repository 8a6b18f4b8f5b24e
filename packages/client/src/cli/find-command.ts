import { didYouMean } from '@switchyard/core/schema/nearest'
import type { Command } from './command.ts'
import { wrongUsage } from './failure.ts'

/** The command that the first words name, and the words after it. */
export function findCommand(
  commands: readonly Command[],
  words: readonly string[],
): { command: Command; rest: string[] } {
  const [first = '', second] = words
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = commands.find((one) => one.name === name)
    if (command) return { command, rest: words.slice(length) }
  }
  const within = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)
  if (within.length > 0 && (second === undefined || second.startsWith('-'))) {
    throw wrongUsage(`"${first}" needs one of: ${within.map((name) => name.slice(first.length + 1)).join(', ')}.`)
  }
  const typed = within.length > 0 ? `${first} ${second}` : first
  const meant = didYouMean(typed, within.length > 0 ? within : firstWords(commands))
  throw wrongUsage(`There is no command "${typed}"${meant || '.'}`)
}

const firstWords = (commands: readonly Command[]): Set<string> =>
  new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))

/** Whether these words begin the name of one or several commands, for `help token`. */
export const commandsUnder = (commands: readonly Command[], words: readonly string[]): Command[] =>
  commands.filter(({ name }) => `${name} `.startsWith(`${words.join(' ')} `))
