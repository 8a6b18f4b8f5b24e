import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AccessLogOptions, createAccessLog } from './access-log.ts'
import { entryOf } from './testing/entry.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-log-'))
  file = join(folder, 'access.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

const said: string[] = []
const note = (_: object, message: string) => said.push(message)
const log = { debug: note, info: note, warn: note, error: note }

function open(options: Partial<AccessLogOptions> = {}) {
  said.length = 0
  let dropped = 0
  const made = createAccessLog(
    { destination: { type: 'file', path: file }, format: 'json', query: true, ...options },
    log,
    (n) => {
      dropped += n
    },
  )
  return { log: made, dropped: () => dropped }
}
const lines = (path = file) => readFileSync(path, 'utf8').split('\n').slice(0, -1)
const ids = (path = file) => lines(path).map((line) => JSON.parse(line).requestId)

test('lines are in the file, in order, when it is closed', async () => {
  const { log, dropped } = open()
  const wanted = Array.from({ length: 5000 }, (_, i) => `request-${i}`)
  for (const id of wanted) {
    log.write(entryOf({ id }))
    // Whoever writes also waits for sockets now and then.
    if (id.endsWith('00')) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await log.close()).toBe(true)
  expect(ids()).toEqual(wanted)
  expect(dropped()).toBe(0)
  expect(said).toEqual([])
})

test('a line is written soon, without anybody asking', async () => {
  const { log } = open()
  log.write(entryOf({ id: 'one' }))
  await expect.poll(() => ids(), { timeout: 10_000 }).toEqual(['one'])
  await log.close()
})

test('the format is the one asked for', async () => {
  const { log } = open({ format: 'combined', query: false })
  log.write(entryOf())
  await log.close()
  expect(lines()).toEqual([
    '198.51.100.7 - - [22/Nov/2026:17:06:47 +0000] "GET /api/products HTTP/1.1" 200 512 "-" "-"',
  ])
})

test('a file that was moved goes on until the log is opened anew, and no line is lost or comes twice', async () => {
  const { log } = open()
  log.write(entryOf({ id: 'first' }))
  await expect.poll(() => ids(), { timeout: 10_000 }).toEqual(['first'])
  const moved = `${file}.1`
  renameSync(file, moved)
  log.write(entryOf({ id: 'second' }))
  await log.reopen()
  expect(ids(moved)).toEqual(['first', 'second'])
  expect(ids()).toEqual([])
  log.write(entryOf({ id: 'third' }))
  await log.close()
  expect(ids(moved)).toEqual(['first', 'second'])
  expect(ids()).toEqual(['third'])
})

test('a file that cannot be opened anew is said to whoever asks, and the old one goes on', async () => {
  const { log } = open()
  log.write(entryOf({ id: 'first' }))
  await log.reopen()
  renameSync(folder, `${folder}-moved`)
  await expect(log.reopen()).rejects.toMatchObject({ code: 'ENOENT' })
  log.write(entryOf({ id: 'second' }))
  await log.close()
  renameSync(`${folder}-moved`, folder)
  expect(ids()).toEqual(['first', 'second'])
})

test('a disk that is full is said once, what is lost is counted, and nobody waits for it', async () => {
  const { log, dropped } = open({ destination: { type: 'file', path: '/dev/full' } })
  for (let i = 0; i < 1000; i++) log.write(entryOf())
  await log.reopen()
  for (let i = 0; i < 1000; i++) log.write(entryOf())
  expect(await log.close()).toBe(true)
  expect(dropped()).toBe(2000)
  expect(said).toEqual(['the access log cannot be written'])
})

test('a folder that is made later gets the log then, and that is said', async () => {
  const path = join(folder, 'later', 'access.log')
  const { log, dropped } = open({ destination: { type: 'file', path } })
  log.write(entryOf({ id: 'lost' }))
  await expect.poll(dropped, { timeout: 10_000 }).toBe(1)
  renameSync(folder, `${folder}-moved`)
  const { mkdirSync } = await import('node:fs')
  mkdirSync(join(folder, 'later'), { recursive: true })
  log.write(entryOf({ id: 'kept' }))
  await log.close()
  expect(ids(path)).toEqual(['kept'])
  expect(said).toEqual(['the access log cannot be written', 'the access log is written again'])
  rmSync(`${folder}-moved`, { recursive: true })
})

test('lines that come faster than they can be written are dropped and counted, and memory is bounded', async () => {
  const { log, dropped } = open()
  const many = 30_000
  // All in one turn of the event loop, in which nothing can be written.
  for (let i = 0; i < many; i++) log.write(entryOf({}, { url: `/${'a'.repeat(400)}` }))
  await log.close()
  expect(dropped()).toBeGreaterThan(0)
  expect(lines().length + dropped()).toBe(many)
})

test('whatever a client says, a line for a pipe fits into one write, and one for a file into a batch', async () => {
  const evil = '\x80"'.repeat(20_000)
  const entry = entryOf({ id: evil }, { method: evil, host: evil, url: evil }, { 'user-agent': evil, referer: evil })
  const { log, dropped } = open()
  log.write(entry)
  log.write(entry)
  await log.close()
  expect(dropped()).toBe(0)
  expect(lines()).toHaveLength(2)
  for (const line of lines()) {
    expect(line.length).toBeLessThan(4096)
    expect(JSON.parse(line).url).toMatch(/^.{64}\.\.\.$/s)
  }
})
