import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialsPath, readCredentials, writeCredentials } from './credentials.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
  path = credentialsPath({ XDG_CONFIG_HOME: folder })
})

afterEach(() => rm(folder, { recursive: true }))

test('they are where settings are', () => {
  expect(path).toBe(join(folder, 'switchyard', 'credentials.json'))
  const elsewhere = '/a-user/.config/switchyard/credentials.json'
  expect(credentialsPath({ HOME: '/a-user' })).toBe(elsewhere)
  expect(credentialsPath({ HOME: '/a-user', XDG_CONFIG_HOME: 'relative' })).toBe(elsewhere)
})

test('what was written is read again, by its owner alone', async () => {
  expect(await readCredentials(path)).toEqual({ current: undefined, tokens: {} })
  const kept = { current: 'http://a', tokens: { 'http://a': 'swy_a', 'http://b': 'swy_b' } }
  await writeCredentials(path, kept)
  expect(await readCredentials(path)).toEqual(kept)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
})

test('a file that others could read is replaced by one that they cannot, and nothing is left beside it', async () => {
  await writeCredentials(path, { current: undefined, tokens: {} })
  await writeFile(path, '{"tokens":{}}', { mode: 0o644 })
  await writeCredentials(path, { current: 'http://a', tokens: { 'http://a': 'swy_a' } })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dirname(path))).toEqual(['credentials.json'])
})

test.each(['', 'no JSON', '[]', '{"tokens":[]}', '{"current":"http://a"}'])(
  '%j is named, not guessed at',
  async (text) => {
    await writeCredentials(path, { current: undefined, tokens: {} })
    await writeFile(path, text)
    await expect(readCredentials(path)).rejects.toThrow('log in again')
  },
)
