import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { alone } from './alone.mjs'

let folder: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-alone-'))
  lock = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const quietly = () => {}

test('what must not run twice at a time waits its turn, and says so', async () => {
  let running = 0
  let most = 0
  const said: string[] = []
  const task = async () => {
    most = Math.max(most, ++running)
    await sleep(20)
    running--
  }
  await Promise.all([1, 2, 3].map(() => alone(task, (sentence) => said.push(sentence), lock)))
  expect(most).toBe(1)
  expect(said).toHaveLength(2)
})

test('a task that fails lets the next one in', async () => {
  const failing = () => Promise.reject(new Error('no'))
  await expect(alone(failing, quietly, lock)).rejects.toThrow('no')
  expect(await alone(async () => 'yes', quietly, lock)).toBe('yes')
})

test('the lock of a process that has died is taken over', async () => {
  // Beyond the largest process id that Linux gives out.
  writeFileSync(lock, '4194305')
  expect(await alone(async () => 'yes', quietly, lock)).toBe('yes')
})
