import { SwitchyardError } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Caller } from '../access/caller.ts'
import { randomId } from '../access/random-token.ts'
import { checkInDraft } from '../draft/check-in-draft.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { tableOf } from '../draft/tables.ts'
import { describeEdit } from '../revisions/compare.ts'
import type { Services } from '../services.ts'
import type { Written } from './resource-view.ts'

/** Adds a resource to the draft, at the end of its list. */
export function createResource<K extends Kind>(
  services: Services,
  caller: Caller,
  kind: K,
  { value }: { value: unknown },
): Promise<{ id: string; etag: string }> {
  return editDraft(services, caller, async (tx, draft) => {
    const checked = checkInDraft(draft, kind, undefined, value)
    if (!checked.ok) throw new SwitchyardError('invalid', { problems: checked.problems })
    const { id } = checked.value
    const etag = randomId()
    const position = (draft.rows[kind].at(-1)?.position ?? -1) + 1
    // The cast says what the check has shown: the value is a resource of this kind.
    const row = { id, position, etag, updatedAt: new Date(services.now()), value: value as Written<K> }
    await tableOf(kind).insert(tx, [row])
    const detail = describeEdit(kind, undefined, checked.value)
    return { result: { id, etag }, audit: { action: 'create', kind, resource: id, detail } }
  })
}
