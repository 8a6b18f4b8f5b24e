import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const program = fileURLToPath(new URL('testing/write-lines.ts', import.meta.url))
const arguments_ = ['--import', 'tsx', '--conditions=source', program]

let folder: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-writer-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** Runs a command to its end; it writes to `stdout`. */
function run(command: string, args: readonly string[], stdout: 'ignore' | 'pipe') {
  const child = spawn(command, args, { stdio: ['ignore', stdout, 'pipe'] })
  children.push(child)
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  const ended = once(child, 'close').then(() => JSON.parse(said.trim().split('\n').at(-1) ?? ''))
  return { child, ended, said: () => said }
}
const node = process.execPath

test('lines of several processes in one file are whole and each is there', async () => {
  const file = join(folder, 'lines')
  const names = ['a', 'b', 'c']
  const ends = await Promise.all(
    names.map((name) => run(node, [...arguments_, file, name, '4000', '300'], 'ignore').ended),
  )
  expect(ends).toEqual(names.map(() => ({ dropped: 0, changes: [], closed: true })))
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  expect(lines.filter((line) => !/^[abc] \d+ x+$/.test(line) || line.length !== 300)).toEqual([])
  for (const name of names) {
    const own = lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ')[1]))
    expect(own).toEqual(Array.from({ length: 4000 }, (_, i) => i))
  }
})

test('lines of several processes in one pipe are whole', async () => {
  const args = arguments_.map((one) => `'${one}'`).join(' ')
  const shell = ['a', 'b', 'c'].map((name) => `'${node}' ${args} - ${name} 2000 700 &`).join(' ')
  const { child, ended } = run('sh', ['-c', `${shell} wait`], 'pipe')
  let text = ''
  child.stdout?.on('data', (more) => {
    text += more
  })
  await ended
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength(6000)
  expect(lines.filter((line) => !/^[abc] \d+ x+$/.test(line) || line.length !== 700)).toEqual([])
})

test('a reader that stands still holds nobody up: lines are dropped, and the process ends', async () => {
  const { child, ended } = run(node, [...arguments_, '-', 'a', '20000', '700'], 'pipe')
  child.stdout?.pause()
  await once(child, 'exit')
  let text = ''
  for await (const more of child.stdout ?? []) text += more
  const { dropped, closed } = await ended
  expect(closed).toBe(false)
  expect(dropped).toBeGreaterThan(10_000)
  const lines = text.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.every((line) => line.length === 700)).toBe(true)
})

test('a reader that has gone is said once and does not end the process', async () => {
  const { child, ended } = run(node, [...arguments_, '-', 'a', '2000', '300'], 'pipe')
  child.stdout?.destroy()
  expect(await ended).toEqual({ dropped: 2000, changes: ['EPIPE'], closed: true })
})

test('after a write that ended within a line, the next one begins a line', async () => {
  const file = join(folder, 'lines')
  const gate = join(folder, 'gate')
  // A file may have 8 KiB here; the write that would go beyond is cut short, as on a disk that is full.
  const limited = `trap '' XFSZ; ulimit -f 8; exec '${node}' ${arguments_.map((one) => `'${one}'`).join(' ')} '${file}' a 80 200 '${gate}'`
  const { ended, said } = run('bash', ['-c', limited], 'ignore')
  await expect.poll(said, { timeout: 20_000 }).toContain('waiting')
  await expect.poll(() => readFileSync(file).length, { timeout: 10_000 }).toBe(8192)
  const cutOff = readFileSync(file, 'utf8').split('\n').at(-1) ?? ''
  expect(cutOff).toMatch(/^a \d+ x+$/)
  writeFileSync(file, cutOff)
  writeFileSync(gate, '')
  const { dropped, changes } = await ended
  expect(changes).toEqual(['EFBIG', null])
  const lines = readFileSync(file, 'utf8').split('\n')
  expect(lines[0]).toBe(cutOff)
  expect(lines.slice(1, -1).every((line) => line.length === 200)).toBe(true)
  expect(lines.length - 2).toBeGreaterThan(0)
  expect(dropped).toBeGreaterThan(0)
})
