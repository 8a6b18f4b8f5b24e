import { SwitchyardError } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Caller } from '../access/caller.ts'
import { editDraft } from '../draft/edit-draft.ts'
import type { Services } from '../services.ts'
import { insertResource } from './insert-resource.ts'

/** Adds a resource to the draft, at the end of its list. */
export function createResource<K extends Kind>(
  services: Services,
  caller: Caller,
  kind: K,
  { value }: { value: unknown },
): Promise<{ id: string; etag: string }> {
  return editDraft(services, caller, async (tx, draft) => {
    const added = await insertResource(services, tx, draft, kind, value)
    if (!added.ok) throw new SwitchyardError('invalid', { problems: added.problems })
    const { id, etag, detail } = added
    return { result: { id, etag }, audit: { action: 'create', kind, resource: id, detail } }
  })
}
