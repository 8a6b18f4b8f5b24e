import { parseArgs } from 'node:util'
import { didYouMean } from '@switchyard/core/schema/nearest'
import { wrongUsage } from './failure.ts'

/** An option of a command. With `value` it takes one, which `optional` lets people leave out. */
export interface Option {
  /** How help calls the value. */
  value?: string
  optional?: true
  short?: string
  help: string
}

export type Options = Readonly<Record<string, Option>>

/** What the command line gives for each option; `true` for a value that was left out. */
export type Given<O extends Options> = {
  readonly [K in keyof O]: O[K] extends { value: string; optional: true }
    ? string | true | undefined
    : O[K] extends { value: string }
      ? string | undefined
      : boolean
}

export interface ParsedArguments<O extends Options> {
  options: Given<O>
  positionals: string[]
}

/**
 * Reads what follows the name of a command. What is unknown, given twice or has no value is refused by name; what is
 * meant to stay secret is no option at all, since others see a command line.
 */
export function parseArguments<O extends Options>(args: readonly string[], known: O): ParsedArguments<O> {
  const options = Object.fromEntries(Object.entries(known).map(([name, option]) => [name, settingOf(option)]))
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const given = new Map<string, string | true>()
  const positionals: string[] = []
  let awaiting: string | undefined
  for (const token of tokens) {
    if (token.kind === 'option') {
      awaiting = undefined
      const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined
      if (option === undefined) throw unknownOption(token.rawName, token.name, known)
      if (given.has(token.name)) throw wrongUsage(`--${token.name} stands twice.`)
      given.set(token.name, readValue(token.name, option, token.value))
      if (option.optional && token.value === undefined) awaiting = token.name
    } else if (token.kind === 'positional') {
      // Only a number can be meant for the option before it: a file may stand there as well.
      if (awaiting !== undefined && /^\d+$/.test(token.value)) given.set(awaiting, token.value)
      else positionals.push(token.value)
      awaiting = undefined
    } else awaiting = undefined
  }
  const values = Object.entries(known).map(([name, option]) => [
    name,
    given.get(name) ?? (option.value === undefined ? false : undefined),
  ])
  // The cast states what was done above for each option.
  return { options: Object.fromEntries(values) as Given<O>, positionals }
}

const settingOf = ({ value, optional, short }: Option) => ({
  type: value !== undefined && !optional ? ('string' as const) : ('boolean' as const),
  ...(short !== undefined && { short }),
})

function readValue(name: string, option: Option, value: string | undefined): string | true {
  if (option.value === undefined) {
    if (value !== undefined) throw wrongUsage(`--${name} takes no value.`)
    return true
  }
  if (value !== undefined && value !== '') return value
  if (option.optional && value === undefined) return true
  throw wrongUsage(`--${name} needs a value: --${name} ${option.value}.`)
}

function unknownOption(raw: string, name: string, known: Options): Error {
  if (name === 'token') {
    return wrongUsage(
      'A token is never an option, since others see a command line: set SWITCHYARD_API_TOKEN, or log in.',
    )
  }
  const meant = didYouMean(
    raw,
    Object.keys(known).map((one) => `--${one}`),
  )
  return wrongUsage(`There is no option "${raw}" here${meant.replaceAll('"', '')}${meant === '' ? '.' : ''}`)
}

/** A whole number of an option or argument, within its bounds. */
export function readInteger(name: string, text: string, from: number, to: number): number {
  const value = Number(text)
  if (!/^\d{1,16}$/.test(text) || value < from || value > to) {
    throw wrongUsage(`${name} must be a whole number from ${from} to ${to}.`)
  }
  return value
}
