import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from './migrate.ts'
import { type Database, openDatabase, type Transaction } from './open.ts'

let folder: string
let db: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-gate-'))
  migrate(join(folder, 'test.db'))
  db = openDatabase(join(folder, 'test.db'))
})

afterEach(async () => {
  await db.$disconnect()
  await rm(folder, { recursive: true })
})

const at = new Date(0)
const add = (tx: Transaction, id: string, position = 0) =>
  tx.listener.create({ data: { id, position, etag: 'e', spec: {}, updatedAt: at } })

/** Reads, lets others run, then writes what follows from what was read. */
const increment = (database: Database) =>
  database.$transaction(async (tx) => {
    const { position } = await tx.listener.findUniqueOrThrow({ where: { id: 'counter' } })
    await sleep(Math.random() * 2)
    await tx.listener.update({ where: { id: 'counter' }, data: { position: position + 1 } })
  })

test('a read from outside waits for an open transaction and does not see what is rolled back', async () => {
  let seen: Promise<unknown> = Promise.resolve()
  await expect(
    db.$transaction(async (tx) => {
      await add(tx, 'ghost')
      seen = db.listener.findMany()
      await sleep(20)
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  expect(await seen).toEqual([])
})

test('a write from outside is kept when the transaction that was open is rolled back', async () => {
  let write: Promise<unknown> = Promise.resolve()
  await expect(
    db.$transaction(async (tx) => {
      await add(tx, 'ghost')
      write = add(db, 'kept')
      await sleep(20)
      throw new Error('rolled back')
    }),
  ).rejects.toThrow('rolled back')
  await write
  expect((await db.listener.findMany()).map(({ id }) => id)).toEqual(['kept'])
})

test('parallel transactions of one process run one after another', async () => {
  await add(db, 'counter')
  await Promise.all(Array.from({ length: 20 }, () => increment(db)))
  expect((await db.listener.findUniqueOrThrow({ where: { id: 'counter' } })).position).toBe(20)
})

/** Another process that counts on in the same file. Within one process a second connection would wait for itself. */
const counting = `
  const database = require('better-sqlite3')(process.argv[1], { timeout: 5000 })
  const count = database.transaction(() => {
    const { position } = database.prepare("SELECT position FROM Listener WHERE id = 'counter'").get()
    database.prepare("UPDATE Listener SET position = ? WHERE id = 'counter'").run(position + 1)
  })
  for (let i = 0; i < 100; i++) count.immediate()
`

test('transactions that read and then write succeed while another process writes', async () => {
  await add(db, 'counter')
  const other = spawn(process.execPath, ['-e', counting, join(folder, 'test.db')], { stdio: 'inherit' })
  const ended = once(other, 'exit')
  for (let i = 0; i < 100; i++) await increment(db)
  expect(await ended).toEqual([0, null])
  expect((await db.listener.findUniqueOrThrow({ where: { id: 'counter' } })).position).toBe(200)
})

test('a transaction that could not begin lets the next one in', async () => {
  await expect(db.$transaction([db.$executeRawUnsafe('not SQL')])).rejects.toThrow()
  await add(db, 'after')
  expect(await db.listener.count()).toBe(1)
})

test('foreign keys are kept', async () => {
  const target = { upstreamId: 'none', id: 'a', position: 0, spec: {} }
  await expect(db.target.create({ data: target })).rejects.toThrow(/[Ff]oreign key/)
})
