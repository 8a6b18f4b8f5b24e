import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'
import type { Draft } from '../draft/draft-reader.ts'
import { tableOf } from '../draft/tables.ts'
import { describeEdit } from '../revisions/compare.ts'
import type { Services } from '../services.ts'
import { checkForSave } from './check-for-save.ts'
import type { Written } from './resource-view.ts'

/** Adds a resource to the draft, at the end of its list, if it may stand there. */
export async function insertResource<K extends Kind>(
  services: Services,
  tx: Transaction,
  draft: Draft,
  kind: K,
  value: unknown,
): Promise<{ ok: true; id: string; etag: string; detail: string[] } | { ok: false; problems: Problem[] }> {
  const checked = await checkForSave(services, tx, draft, kind, undefined, value)
  if (!checked.ok) return checked
  const { id } = checked.value
  const etag = randomId()
  const position = (draft.rows[kind].at(-1)?.position ?? -1) + 1
  // The cast says what the check has shown: the value is a resource of this kind.
  const row = { id, position, etag, updatedAt: new Date(services.now()), value: value as Written<K> }
  await tableOf(kind).insert(tx, [row])
  return { ok: true, id, etag, detail: describeEdit(kind, undefined, checked.value) }
}
