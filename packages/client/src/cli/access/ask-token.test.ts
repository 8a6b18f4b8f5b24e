import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { World } from '../command.ts'
import { askToken } from './ask-token.ts'

function worldWith(stdin: World['stdin']): { world: World; asked: string[] } {
  const asked: string[] = []
  const ask = (text: string) => void asked.push(text)
  const signal = new AbortController().signal
  return { world: { env: {}, stdin, signal, now: () => 0, note() {}, warn() {}, ask }, asked }
}

/** A terminal as far as a program sees it: keys come one by one, and are not echoed in raw mode. */
function terminal() {
  const modes: boolean[] = []
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) })
  return { stdin, modes }
}

test('what comes through a pipe is the token', async () => {
  const { world, asked } = worldWith(Readable.from(['swy_', 'abc\n']))
  expect(await askToken(world, 'http://a')).toBe('swy_abc\n')
  expect(asked).toEqual([])
})

test('what is typed is not echoed, can be corrected, and ends with Enter', async () => {
  const { stdin, modes } = terminal()
  const { world, asked } = worldWith(stdin)
  const typed = askToken(world, 'http://a')
  for (const key of ['wrong', '\u0015', 's', 'w', 'x', '\u007f', 'y_abc\u001b', '\r']) stdin.write(key)
  expect(await typed).toBe('swy_abc')
  expect(asked).toEqual(['API token for http://a: ', '\n'])
  expect(modes).toEqual([true, false])
})

test('Ctrl-C while typing ends it, and the terminal echoes again', async () => {
  const { stdin, modes } = terminal()
  const typed = askToken(worldWith(stdin).world, 'http://a')
  stdin.write('swy_ab\u0003')
  await expect(typed).rejects.toMatchObject({ exitCode: 130 })
  expect(modes).toEqual([true, false])
})
