import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, migrationsFolder } from './migrate.ts'
import { openDatabase } from './open.ts'

let folder: string
let file: string
let migrations: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-migrate-'))
  file = join(folder, 'deep', 'test.db')
  migrations = join(folder, 'migrations')
  await cp(migrationsFolder(), migrations, { recursive: true })
})

afterEach(() => rm(folder, { recursive: true }))

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(migrations, name))
  await writeFile(join(migrations, name, 'migration.sql'), sql)
}

test('a new database gets every migration, a second time none', () => {
  const applied = migrate(file)
  expect(applied.length).toBeGreaterThan(0)
  expect(migrate(file)).toEqual([])
})

test('a table that is rebuilt keeps its rows and those that refer to it', async () => {
  migrate(file, migrations)
  const db = openDatabase(file)
  const upstream = { id: 'shop', position: 0, etag: 'e', spec: {}, updatedAt: new Date(0) }
  await db.upstream.create({ data: { ...upstream, targets: { create: { id: 'a', position: 0, spec: {} } } } })
  await db.$disconnect()

  await addMigration(
    '99990101000000_rebuild',
    `CREATE TABLE "new" AS SELECT * FROM "Upstream"; DROP TABLE "Upstream";
     CREATE TABLE "Upstream" ("id" TEXT NOT NULL PRIMARY KEY, "position" INTEGER NOT NULL, "etag" TEXT NOT NULL,
       "strategyType" TEXT, "spec" JSONB NOT NULL, "updatedAt" DATETIME NOT NULL);
     INSERT INTO "Upstream" SELECT * FROM "new"; DROP TABLE "new";`,
  )
  expect(migrate(file, migrations)).toEqual(['99990101000000_rebuild'])
  const again = openDatabase(file)
  expect(await again.target.count()).toBe(1)
  await again.$disconnect()
})

test('a migration that fails leaves nothing of itself', async () => {
  migrate(file, migrations)
  await addMigration('99990101000000_wrong', 'CREATE TABLE "half" ("id" TEXT); CREATE TABLE nonsense nonsense;')
  expect(() => migrate(file, migrations)).toThrow()
  await rm(join(migrations, '99990101000000_wrong'), { recursive: true })
  await addMigration('99990101000000_right', 'CREATE TABLE "half" ("id" TEXT);')
  expect(migrate(file, migrations)).toEqual(['99990101000000_right'])
})

test('a migration that was edited after it had been applied is refused by name', async () => {
  const [name = ''] = migrate(file, migrations)
  await appendFile(join(migrations, name, 'migration.sql'), '\n-- edited')
  expect(() => migrate(file, migrations)).toThrow(name)
})

test('a database of a newer version is refused', async () => {
  await addMigration('99990101000000_newer', 'CREATE TABLE "newer" ("id" TEXT);')
  migrate(file, migrations)
  expect(() => migrate(file)).toThrow('99990101000000_newer')
})

test('a file that is no database is refused', async () => {
  await mkdir(join(folder, 'deep'))
  await writeFile(file, 'this is not a database, and never was one. '.repeat(200))
  expect(() => migrate(file)).toThrow()
})
