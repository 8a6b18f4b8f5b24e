import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TargetEvent } from '@switchyard/core/target-events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createEventStore } from './event-store.ts'
import { readTimeline } from './timeline.ts'

let folder: string
let db: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-events-'))
  migrate(join(folder, 'test.db'))
  db = openDatabase(join(folder, 'test.db'))
})

afterEach(async () => {
  await db.$disconnect()
  await rm(folder, { recursive: true })
})

const now = Date.UTC(2026, 5, 1)
const event = (seq: number, fields: Partial<TargetEvent> = {}): TargetEvent => ({
  seq,
  at: new Date(now + seq).toISOString(),
  type: 'unhealthy',
  upstream: 'shop',
  target: 'a',
  ...fields,
})
const events = (first: number, last: number, fields: Partial<TargetEvent> = {}) =>
  Array.from({ length: last - first + 1 }, (_, index) => event(first + index, fields))
const from = (events: TargetEvent[], node = 'one', instance = 'instance-1') => ({ node, instance, events })

const timeline = (input: { target?: string; before?: number; limit?: number } = {}) =>
  readTimeline(db, { upstream: 'shop', limit: 50, ...input })
const numbers = async (input?: { target?: string; before?: number; limit?: number }) =>
  (await timeline(input)).events.map(({ seq }) => seq)

test('an event comes back as it was told, the newest first', async () => {
  const told: TargetEvent[] = [
    event(1, { type: 'ejected', cause: { code: 'consecutive_failures', detail: '5 in a row' }, forMs: 10_000 }),
    event(2, { type: 'weight-changed', before: 1, after: 4, revision: 7 }),
    { seq: 3, at: new Date(now).toISOString(), type: 'breaker-opened', upstream: 'shop', worker: 1 },
  ]
  await createEventStore(db).add(from(told), now)
  const { events, more } = await timeline()
  expect(events.map(({ id: _, node, ...rest }) => [node, rest])).toEqual(told.reverse().map((one) => ['one', one]))
  expect(more).toBe(false)
})

test('what is told twice is stored once, also after a restart and with both reports at once', async () => {
  const store = createEventStore(db)
  await Promise.all([store.add(from(events(1, 3)), now), store.add(from(events(2, 5)), now)])
  await createEventStore(db).add(from(events(1, 6)), now)
  expect(await numbers()).toEqual([6, 5, 4, 3, 2, 1])
})

test('another start of the node begins with other numbers, and so does another node', async () => {
  const store = createEventStore(db)
  await store.add(from(events(1, 2)), now)
  await store.add(from(events(1, 1), 'one', 'instance-2'), now)
  await store.add(from(events(1, 1), 'two'), now)
  expect(await numbers()).toEqual([1, 1, 2, 1])
})

test('times are stored as the database client itself stores them, so that they compare', async () => {
  await createEventStore(db).add(from([event(1)]), now)
  const [ours] = await db.$queryRaw<{ at: string }[]>`SELECT "at" || '' AS "at" FROM "TargetEvent"`
  await db.targetEvent.updateMany({ data: { at: new Date(now + 1) } })
  expect(await db.$queryRaw`SELECT "at" || '' AS "at" FROM "TargetEvent"`).toEqual([ours])
})

test('what could not be stored is stored when it is told again', async () => {
  const store = createEventStore(db)
  await store.add(from(events(1, 1)), now)
  await db.$executeRawUnsafe('ALTER TABLE TargetEvent RENAME TO Elsewhere')
  await expect(store.add(from(events(2, 2)), now)).rejects.toThrow()
  await db.$executeRawUnsafe('ALTER TABLE Elsewhere RENAME TO TargetEvent')
  await store.add(from(events(2, 3)), now)
  expect(await numbers()).toEqual([3, 2, 1])
})

test('a node counts as far as numbers go, and its clock may say what it likes', async () => {
  const told = [1, 2, 3].map((seq) =>
    event(seq, { at: ['at noon', '+200000-01-01T00:00:00Z', '-000001-01-01'][seq - 1] ?? '' }),
  )
  await createEventStore(db).add(from([...told, { ...event(4), seq: Number.MAX_SAFE_INTEGER }]), now)
  const { events } = await timeline()
  expect(events[0]?.seq).toBe(Number.MAX_SAFE_INTEGER)
  expect(events.slice(1).map(({ at }) => at)).toEqual(told.map(() => new Date(now).toISOString()))
})

test('a timeline is read in pages, of one target or of an upstream with all of its targets', async () => {
  const store = createEventStore(db)
  const told = events(1, 9).map((one) => ({ ...one, target: one.seq % 3 === 0 ? 'b' : 'a' }))
  await store.add(from([...told, event(10, { upstream: 'other' })]), now)
  expect(await numbers({ target: 'b' })).toEqual([9, 6, 3])
  const first = await timeline({ limit: 4 })
  expect(first).toMatchObject({ more: true, events: [{ seq: 9 }, { seq: 8 }, { seq: 7 }, { seq: 6 }] })
  const before = first.events.at(-1)?.id ?? 0
  expect(await numbers({ limit: 4, before })).toEqual([5, 4, 3, 2])
  expect(await timeline({ target: 'b', before, limit: 1 })).toMatchObject({ more: false, events: [{ seq: 3 }] })
})

test('of each target so many are kept, of all together so many, and none for longer than so long', async () => {
  const day = 24 * 60 * 60 * 1000
  const store = createEventStore(db, { perTarget: 5, inAll: 12, ms: 90 * day })
  await store.add(from(events(1, 20)), now)
  await store.add(from([...events(21, 29, { target: 'b' }), event(30)]), now + day)
  expect(await numbers({ target: 'a' })).toEqual([30, 20, 19, 18, 17])
  expect(await numbers({ target: 'b' })).toEqual([29, 28, 27, 26, 25])
  await store.add(
    from([event(31, { target: 'c' }), event(32, { target: 'd' }), event(33, { target: 'e' })]),
    now + 2 * day,
  )
  expect(await numbers()).toEqual([33, 32, 31, 30, 29, 28, 27, 26, 25, 20, 19, 18])
  const later = now + 91 * day
  await store.add(from([event(34, { at: new Date(later).toISOString() })]), later)
  expect(await numbers()).toEqual([34])
})

test('it is not pruned at each report, and after a restart as well', async () => {
  const kept = { perTarget: 5 }
  const store = createEventStore(db, kept)
  await store.add(from(events(1, 5)), now)
  await store.add(from(events(6, 8)), now + 1000)
  expect(await db.targetEvent.count()).toBe(8)
  await createEventStore(db, kept).add(from([event(9, { target: 'b' })]), now + 2000)
  expect(await numbers()).toEqual([9, 8, 7, 6, 5, 4])
  await store.add(from(events(10, 2100)), now + 3000)
  expect(await db.targetEvent.count()).toBe(6)
})
