import { describe, expect, test } from 'vitest'
import { parseArguments, readInteger } from './arguments.ts'

const options = {
  prune: { help: '' },
  message: { value: 'TEXT', short: 'm', help: '' },
  wait: { value: 'SECONDS', optional: true, help: '' },
} as const

const parse = (...args: string[]) => parseArguments(args, options)

test('options and arguments may stand in any order, with their values in either form', () => {
  const expected = {
    options: { prune: true, message: 'a note', wait: undefined },
    positionals: ['gateway.yaml'],
  }
  expect(parse('gateway.yaml', '--prune', '--message', 'a note')).toEqual(expected)
  expect(parse('--message=a note', 'gateway.yaml', '--prune')).toEqual(expected)
  expect(parse('--prune', '-m', 'a note', 'gateway.yaml')).toEqual(expected)
  expect(parse('-', '--', '--prune').positionals).toEqual(['-', '--prune'])
})

describe('a value that may be left out', () => {
  test.each([
    [['--wait', 'gateway.yaml'], true, ['gateway.yaml']],
    [['--wait', '30', 'gateway.yaml'], '30', ['gateway.yaml']],
    [['--wait=30', '7'], '30', ['7']],
    [['7', '--wait'], true, ['7']],
    [['--wait', '--prune', '7'], true, ['7']],
    [['--wait', '--', '7'], true, ['7']],
  ])('%j', (args, wait, positionals) => {
    const parsed = parse(...args)
    expect(parsed.options.wait).toBe(wait)
    expect(parsed.positionals).toEqual(positionals)
  })
})

test.each([
  [['--prnue'], 'There is no option "--prnue" here; did you mean --prune?'],
  [['--colour'], 'There is no option "--colour" here.'],
  [['-x'], 'There is no option "-x" here.'],
  [['--constructor'], 'There is no option "--constructor" here.'],
  [['--prune', '--prune'], '--prune stands twice.'],
  [['--prune=yes'], '--prune takes no value.'],
  [['--message'], '--message needs a value: --message TEXT.'],
  [['--message='], '--message needs a value: --message TEXT.'],
])('%j is refused in words', (args, message) => {
  expect(() => parse(...args)).toThrow(expect.objectContaining({ message, exitCode: 64 }))
})

test('a token on the command line is refused and not repeated', () => {
  expect(() => parse('--token', 'swy_very_secret')).toThrow(/A token is never an option/)
  expect(() => parse('--token=swy_very_secret')).toThrow(expect.not.stringContaining('swy_very_secret'))
})

test('whole numbers are read within their bounds, and nothing else', () => {
  expect(readInteger('N', '65535', 0, 65_535)).toBe(65_535)
  for (const wrong of ['65536', '-1', '1.5', '1e3', '', ' 1', '0x1', '99999999999999999999']) {
    expect(() => readInteger('N', wrong, 0, 65_535)).toThrow('N must be a whole number from 0 to 65535.')
  }
})
