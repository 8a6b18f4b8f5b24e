import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createChildren } from './children.mjs'

const program = fileURLToPath(new URL('fixtures/program.mjs', import.meta.url))
const script = fileURLToPath(new URL('fixtures/script.mjs', import.meta.url))

function collect() {
  const lines: string[] = []
  const ends: string[] = []
  const children = createChildren({
    onLine: (name, line) => lines.push(`${name}: ${line}`),
    onUnexpectedEnd: (name, how) => ends.push(`${name} ${how}`),
  })
  return { children, lines, ends }
}

async function eventually(look: () => boolean) {
  for (const deadline = Date.now() + 20_000; !look(); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('not within 20 s')
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('a program that is asked to end, ends by itself, and nobody calls that unexpected', async () => {
  const { children, lines, ends } = collect()
  const child = children.start('one', [program])
  await eventually(() => lines.includes('one: ready'))
  await children.end([child], 20_000)
  expect(lines).toContain('one: bye')
  expect(ends).toEqual([])
  expect(children.running()).toEqual([])
})

test('a program that does not end when asked is ended by force', async () => {
  const { children, lines, ends } = collect()
  const child = children.start('deaf', [program, 'deaf'])
  await eventually(() => lines.includes('deaf: ready'))
  await children.end([child], 100)
  expect(child.process.signalCode).toBe('SIGKILL')
  expect(ends).toEqual([])
})

test('a program that ends by itself is reported with how it ended', async () => {
  const { children, ends } = collect()
  await children.start('brief', [program, 'brief']).ended
  expect(ends).toEqual(['brief code 3'])
})

test('programs end when the script that started them is killed', async () => {
  const parent = spawn(process.execPath, [script, program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string]
  const pids = line.split(' ').map(Number)
  expect(pids).toHaveLength(2)
  expect(pids.every(isAlive)).toBe(true)
  parent.kill('SIGKILL')
  await eventually(() => !pids.some(isAlive))
})
