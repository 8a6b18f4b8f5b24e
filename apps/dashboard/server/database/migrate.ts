import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { packageFolder } from '../package-folder.ts'

/** The layout that `prisma migrate deploy` keeps, so that either can go on where the other ended. */
const table = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
  "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp,
  "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`

/** `prisma/migrations/sqlite` of this repository. */
export const migrationsFolder = (): string => join(packageFolder(), '../../prisma/migrations/sqlite')

/**
 * Brings a SQLite file to the newest schema and returns the names of the migrations applied now. All of them go in
 * one transaction; a second process that starts meanwhile waits, and then finds nothing to do. Throws when a
 * migration that was applied before has been edited, or is not known here (a database of a newer Switchyard).
 */
export function migrate(file: string, folder: string = migrationsFolder()): string[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const database = new Database(file, { timeout: 30_000 })
  try {
    // Rebuilding a table, as SQLite needs for many changes, would cascade; this has no effect inside a transaction.
    database.pragma('foreign_keys = OFF')
    database.exec('BEGIN IMMEDIATE')
    const applied = applyPending(database, folder)
    const broken = database.pragma('foreign_key_check') as unknown[]
    if (broken.length > 0) throw new Error(`A migration left ${broken.length} references that point nowhere.`)
    database.exec('COMMIT')
    return applied
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK')
    database.close()
  }
}

function applyPending(database: Database.Database, folder: string): string[] {
  database.exec(table)
  const done = new Map<unknown, unknown>(
    database
      .prepare('SELECT migration_name, checksum FROM _prisma_migrations WHERE rolled_back_at IS NULL')
      .raw()
      .all() as [unknown, unknown][],
  )
  const insert = database.prepare(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count)
     VALUES (?, ?, current_timestamp, ?, 1)`,
  )
  const known = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'migration.sql')))
    .sort()
  for (const name of done.keys()) {
    if (!known.includes(String(name)))
      throw new Error(`The database has the migration ${name}, unknown to this version.`)
  }

  const applied: string[] = []
  for (const name of known) {
    const sql = readFileSync(join(folder, name, 'migration.sql'), 'utf8')
    const checksum = createHash('sha256').update(sql).digest('hex')
    if (done.has(name)) {
      if (done.get(name) !== checksum) throw new Error(`The migration ${name} was edited after it had been applied.`)
      continue
    }
    database.exec(sql)
    insert.run(randomUUID(), checksum, name)
    applied.push(name)
  }
  return applied
}
