import { SwitchyardError } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Caller } from '../access/caller.ts'
import { editDraft } from '../draft/edit-draft.ts'
import type { Services } from '../services.ts'
import { findRow } from './find-row.ts'
import { storeChange } from './store-change.ts'

/** Replaces a resource of the draft. A stale etag is refused. */
export function updateResource<K extends Kind>(
  services: Services,
  caller: Caller,
  kind: K,
  { id, etag, value }: { id: string; etag: string; value: unknown },
): Promise<{ id: string; etag: string }> {
  return editDraft(services, caller, async (tx, draft) => {
    const changed = await storeChange(services, tx, draft, kind, findRow(draft, kind, id, etag), value)
    if (!changed.ok) throw new SwitchyardError('invalid', { problems: changed.problems })
    const { detail } = changed
    return { result: { id, etag: changed.etag }, audit: { action: 'update', kind, resource: id, detail } }
  })
}
