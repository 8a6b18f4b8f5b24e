import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { type Prisma, PrismaClient } from '../generated/client.ts'
import { gated } from './gate.ts'

export type Database = PrismaClient

/** The client inside a transaction: there, only this one may be used. */
export type Transaction = Prisma.TransactionClient

/** A whole document of 100,000 routes goes through one transaction; Prisma's own limit is 5 s. */
const transactionOptions = { maxWait: 60_000, timeout: 120_000 }

/**
 * Opens a migrated SQLite file by its absolute path. `$disconnect` closes it. `onStatement` hears every statement
 * before it runs.
 */
export function openDatabase(file: string, onStatement: (sql: string) => void = () => {}): Database {
  const adapter = gated(new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 5000 }), onStatement)
  return new PrismaClient({ adapter, transactionOptions })
}
