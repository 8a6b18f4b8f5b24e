import { SwitchyardError } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import type { Caller } from '../access/caller.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { tableOf } from '../draft/tables.ts'
import { describeEdit } from '../revisions/compare.ts'
import type { Services } from '../services.ts'
import { findRow } from './find-row.ts'
import { usersOf } from './users-of.ts'

/** Removes a resource from the draft, unless something else there refers to it. */
export async function removeResource(
  services: Services,
  caller: Caller,
  kind: Kind,
  { id, etag }: { id: string; etag: string },
): Promise<Record<string, never>> {
  await editDraft(services, caller, async (tx, draft) => {
    findRow(draft, kind, id, etag)
    const users = usersOf(draft, kind, id)
    if (users.length > 0) {
      const problems = users.map((user) => ({ path: `${user.kind}.${user.id}`, message: 'refers to it' }))
      throw new SwitchyardError('in_use', { problems })
    }
    await tableOf(kind).remove(tx, [id])
    const before = draft.config[kind].find((resource) => resource.id === id)
    const detail = describeEdit(kind, before, undefined)
    return { result: {}, audit: { action: 'remove', kind, resource: id, detail } }
  })
  return {}
}
