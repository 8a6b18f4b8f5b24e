import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'
import type { Draft } from '../draft/draft-reader.ts'
import type { Row } from '../draft/table.ts'
import { tableOf } from '../draft/tables.ts'
import { describeEdit } from '../revisions/compare.ts'
import type { Services } from '../services.ts'
import { checkForSave } from './check-for-save.ts'
import type { Written } from './resource-view.ts'

/** Gives a resource of the draft a new value and a new etag, if the value may stand there. */
export async function storeChange<K extends Kind>(
  services: Services,
  tx: Transaction,
  draft: Draft,
  kind: K,
  row: Row<K>,
  value: unknown,
): Promise<{ ok: true; etag: string; detail: string[] } | { ok: false; problems: Problem[] }> {
  const checked = await checkForSave(services, tx, draft, kind, row.id, value)
  if (!checked.ok) return checked
  const etag = randomId()
  // The cast says what the check has shown: the value is a resource of this kind.
  await tableOf(kind).update(tx, { ...row, etag, updatedAt: new Date(services.now()), value: value as Written<K> })
  const before = draft.config[kind].find(({ id }) => id === row.id)
  return { ok: true, etag, detail: describeEdit(kind, before, checked.value) }
}
