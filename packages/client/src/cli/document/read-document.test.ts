import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { World } from '../command.ts'
import { readDocument } from './read-document.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-cli-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** A world in which only this stands on standard input. */
const given = (text: string | Buffer): World => ({
  ...{ env: {}, signal: new AbortController().signal, now: () => 0, note() {}, warn() {}, ask() {} },
  stdin: Readable.from([text]),
})

const put = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}

test('a file is sent as it stands, as what its name says', async () => {
  const yaml = await readDocument(given(''), await put('gateway.yaml', 'switchyard: 1 # ours\n'))
  expect(yaml).toMatchObject({ text: 'switchyard: 1 # ours\n', format: 'yaml' })
  const json = await readDocument(given(''), await put('gateway.json', '{}'))
  expect(json).toMatchObject({ text: '{}', format: 'json' })
  expect(json.place({ path: 'a', message: 'm', line: 3 })).toMatchObject({
    file: join(folder, 'gateway.json'),
    line: 3,
  })
})

test('standard input is JSON when it is, and YAML otherwise', async () => {
  expect(await readDocument(given('{"switchyard": 1}'), '-')).toMatchObject({ format: 'json' })
  expect(await readDocument(given('{switchyard: 1}'), '-')).toMatchObject({ format: 'yaml', text: '{switchyard: 1}' })
  const { place } = await readDocument(given('a: 1'), '-')
  expect(place({ path: 'a', message: 'm', line: 1 })).toMatchObject({ file: 'stdin', line: 1 })
})

test('of a folder the documents are taken, by name; what editors leave there is not', async () => {
  await put('20-routes.yml', 'routes: [{ id: b }]')
  await put('10-routes.yaml', 'routes: [{ id: a }]')
  await put('30.JSON', '{ "routes": [{ "id": "c" }] }')
  await put('.10-routes.yaml.yaml', 'routes: [{ id: a }]')
  await put('README.md', 'no document')
  await mkdir(join(folder, 'deeper'))
  const { text } = await readDocument(given(''), folder)
  expect(JSON.parse(text)).toEqual({ routes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] })
})

test.each([
  ['what is not there', async () => join(folder, 'none.yaml'), 'there is no such file or folder'],
  ['a folder without documents', async () => folder, 'holds no file'],
  ['bytes that are no text', () => put('bytes.yaml', Buffer.from([0xff, 0xfe, 0x00])), 'is not UTF-8 text'],
  ['a file without end', () => put('large.yaml', Buffer.alloc(10 * 1024 * 1024 + 1)), 'is longer than 10 MB'],
])('%s is refused by name', async (_, path, message) => {
  const named = await path()
  await expect(readDocument(given(''), named)).rejects.toThrow(message)
  await expect(readDocument(given(''), named)).rejects.toMatchObject({ exitCode: 1 })
})

test('no more of standard input is read than a document may have', async () => {
  await expect(readDocument(given(Buffer.alloc(11 * 1024 * 1024)), '-')).rejects.toThrow('longer than 10 MB')
})
