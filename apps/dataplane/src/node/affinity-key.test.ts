import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { affinityKeyOf } from './affinity-key.ts'

let folder: string
let said: object[]
let log: Log
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-affinity-'))
  said = []
  const say = (about: object) => void said.push(about)
  log = { debug: say, info: say, warn: say, error: say }
})
afterEach(() => rm(folder, { recursive: true }))

test('the key is made once, readable by its owner only, and is the same after a restart', async () => {
  const key = affinityKeyOf(folder, log)
  expect(key).toHaveLength(32)
  expect(affinityKeyOf(folder, log)).toEqual(key)
  expect((await stat(join(folder, 'affinity.key'))).mode & 0o777).toBe(0o600)
  expect(said).toEqual([])
})

test('one that is short is replaced, and that is said without a word of it', async () => {
  await writeFile(join(folder, 'affinity.key'), 'short')
  const key = affinityKeyOf(folder, log)
  expect(key).toHaveLength(32)
  expect(await readFile(join(folder, 'affinity.key'))).toEqual(key)
  expect(said).toEqual([{ file: join(folder, 'affinity.key'), reason: 'it is 5 bytes long, not 32' }])
})

test('where it cannot be kept, there is one for this process', () => {
  expect(affinityKeyOf(join(folder, 'nowhere'), log)).toHaveLength(32)
  expect(said).toHaveLength(1)
})
