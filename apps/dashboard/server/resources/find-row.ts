import { SwitchyardError } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Draft } from '../draft/draft-reader.ts'
import type { Row } from '../draft/table.ts'

/** A resource of the draft; with an etag, only when that is still its own. */
export function findRow<K extends Kind>(draft: Draft, kind: K, id: string, etag?: string): Row<K> {
  const rows: readonly Row<K>[] = draft.rows[kind]
  const row = rows.find((candidate) => candidate.id === id)
  if (!row) throw new SwitchyardError('not_found')
  if (etag !== undefined && row.etag !== etag) throw new SwitchyardError('conflict')
  return row
}
