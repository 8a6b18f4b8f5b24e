import type { Kind } from '@switchyard/core/schema/fields'
import type { Transaction } from '../database/open.ts'
import type { Written } from '../resources/resource-view.ts'

/** A resource of the draft as it is stored, put together again from its columns and its `spec`. */
export interface Row<K extends Kind> {
  id: string
  /** Where it stands in its list. */
  position: number
  etag: string
  updatedAt: Date
  /** What the operator wrote. */
  value: Written<K>
}

/** The rows of one kind. */
export interface Table<K extends Kind> {
  /** In the order of the document. */
  list(tx: Transaction): Promise<Row<K>[]>
  find(tx: Transaction, id: string): Promise<Row<K> | undefined>
  insert(tx: Transaction, rows: readonly Row<K>[]): Promise<void>
  update(tx: Transaction, row: Row<K>): Promise<void>
  /** Moves a resource in its list; its etag stays. */
  move(tx: Transaction, id: string, position: number): Promise<void>
  remove(tx: Transaction, ids: readonly string[]): Promise<void>
}

/** SQLite takes 32,766 parameters in a statement; no row has more than ten. */
const chunkSize = 1000

/** Hands a long list on in parts that one statement can take. */
export async function inChunks<T>(items: readonly T[], use: (chunk: T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += chunkSize) await use(items.slice(start, start + chunkSize))
}
