import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseSecretKey, readKeyFile } from './secret-key.ts'

let home: string
let file: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchyard-key-'))
  file = join(home, 'secret.key')
})
afterEach(() => rm(home, { recursive: true }))

test('a first start makes a key that only its owner may read, and every later one uses it', async () => {
  const key = readKeyFile(home, 0)
  expect(key).toHaveLength(32)
  expect(readKeyFile(home, 0)).toEqual(key)
  expect(readKeyFile(home, 5)).toEqual(key)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readdir(home)).toEqual(['secret.key'])
})

test('a missing key is not replaced by another once something was sealed with it', async () => {
  expect(() => readKeyFile(home, 3)).toThrow(/secret\.key is missing, which opens the stored secrets \(3\)/)
  expect(await readdir(home)).toEqual([])
})

test('a file that holds no key is refused, is kept, and is not shown', async () => {
  await writeFile(file, 'almost a key')
  expect(() => readKeyFile(home, 0)).toThrow(/does not hold a key/)
  expect(() => readKeyFile(home, 0)).not.toThrow(/almost/)
  expect(await readFile(file, 'utf8')).toBe('almost a key')
})

test('a key is 32 bytes in base64, in either alphabet, with or without its end', () => {
  const bytes = Buffer.alloc(32, 0xfb)
  for (const text of [bytes.toString('base64'), bytes.toString('base64url'), ` ${bytes.toString('base64')}\n`]) {
    expect(parseSecretKey(text)).toEqual(bytes)
  }
  for (const text of ['', 'short', bytes.toString('hex'), Buffer.alloc(33).toString('base64'), '*'.repeat(44)]) {
    expect(parseSecretKey(text)).toBeUndefined()
  }
})
