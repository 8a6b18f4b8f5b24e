import { isDeepStrictEqual } from 'node:util'
import type { Document } from '@switchyard/core/config/model'
import { parseResource } from '@switchyard/core/config/parse'
import type { Kind } from '@switchyard/core/schema/fields'
import { model } from '@switchyard/middleware/model'
import { randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'
import type { Written } from '../resources/resource-view.ts'
import type { Draft } from './draft-reader.ts'
import type { Row } from './table.ts'
import { tableOf } from './tables.ts'

/**
 * Makes the draft this document, which must be valid. What means the same as before keeps its row, its etag and what
 * was written; so two operators who work on different things do not disturb each other.
 */
export async function replaceDraft(tx: Transaction, now: number, before: Draft, document: Document): Promise<void> {
  // What is referred to comes before what refers to it, and goes after it.
  for (const kind of ['certificates', 'listeners', 'upstreams', 'middleware', 'routes'] as const) {
    await putAll(tx, now, before, kind, (document[kind] ?? []) as unknown as Written<typeof kind>[])
  }
  for (const kind of ['routes', 'middleware', 'upstreams', 'listeners', 'certificates'] as const) {
    const kept = new Set((document[kind] ?? []).map(({ id }) => id))
    const removed = before.rows[kind].map(({ id }) => id).filter((id) => !kept.has(id))
    await tableOf(kind).remove(tx, removed)
  }
}

async function putAll<K extends Kind>(
  tx: Transaction,
  now: number,
  before: Draft,
  kind: K,
  values: readonly Written<K>[],
): Promise<void> {
  const table = tableOf(kind)
  const rows: readonly Row<K>[] = before.rows[kind]
  const stored = new Map(rows.map((row) => [row.id, row]))
  const added: Row<K>[] = []
  for (const [position, value] of values.entries()) {
    const row = stored.get(value.id)
    const next = { id: value.id, position, etag: randomId(), updatedAt: new Date(now), value }
    if (!row) added.push(next)
    else if (!meansTheSame(kind, row.value, value)) await table.update(tx, next)
    else if (row.position !== position) await table.move(tx, row.id, position)
  }
  await table.insert(tx, added)
}

/** Compares as written, and if that differs with the defaults filled in, which takes longer. */
function meansTheSame(kind: Kind, one: unknown, other: unknown): boolean {
  if (isDeepStrictEqual(one, other)) return true
  const [a, b] = [parseResource(model, kind, one), parseResource(model, kind, other)]
  return a.ok && b.ok && isDeepStrictEqual(a.value, b.value)
}
