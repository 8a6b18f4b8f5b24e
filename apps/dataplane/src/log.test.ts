import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('testing/log-program.ts', import.meta.url))
let child: ChildProcess | undefined
afterEach(() => child?.kill('SIGKILL'))

function start(stdout: 'pipe' | number, ...how: string[]): ChildProcess {
  const args = ['--import', 'tsx', '--conditions=source', program, ...how]
  child = spawn(process.execPath, args, { stdio: ['ignore', stdout, 'inherit', 'ipc'] })
  return child
}

async function ask(program: ChildProcess): Promise<{ lines: number; cpu: { user: number; system: number } }> {
  const answer = once(program, 'message')
  program.send('how are you?')
  return (await answer)[0]
}

/** It goes on, without being busy, and ends when asked. */
async function expectWell(program: ChildProcess): Promise<void> {
  const before = await ask(program)
  await expect.poll(async () => (await ask(program)).lines, { timeout: 10_000 }).toBeGreaterThan(before.lines + 100)
  const after = await ask(program)
  // 100 lines take half a second at least; of that, a process that spins would have used nearly all.
  const used = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system
  expect(used / (after.lines - before.lines)).toBeLessThan(4000)
  const exited = once(program, 'exit')
  program.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
}

test('a reader that has died neither ends a process nor keeps it busy, and it ends when asked', async () => {
  const program = start('pipe')
  await once(program.stdout ?? program, 'data')
  program.stdout?.destroy()
  await expectWell(program)
})

test('a process whose reader has died ends when asked, although its last words find nobody', async () => {
  const program = start('pipe', 'quiet')
  await ask(program)
  program.stdout?.destroy()
  const exited = once(program, 'exit')
  program.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('last words are there', async () => {
  const program = start('pipe', 'quiet')
  let text = ''
  program.stdout?.on('data', (more) => {
    text += more
  })
  await ask(program)
  const closed = once(program, 'close')
  program.kill('SIGTERM')
  await closed
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).line),
  ).toEqual([1, 2, 3])
})

test('a full disk does not end a process either', async () => {
  const full = openSync('/dev/full', 'w')
  const program = start(full)
  closeSync(full)
  await ask(program)
  await expectWell(program)
})
