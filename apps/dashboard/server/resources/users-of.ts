import { usesOf } from '@switchyard/core/config/references'
import type { Kind } from '@switchyard/core/schema/fields'
import { model } from '@switchyard/middleware/model'
import type { Draft } from '../draft/draft-reader.ts'

/** The resources of the draft that refer to this one, each once. */
export function usersOf(draft: Draft, kind: Kind, id: string): { kind: Kind; id: string }[] {
  const users = new Map(usesOf(model, draft.config, kind, id).map((use) => [`${use.kind}/${use.id}`, use]))
  return [...users.values()].map((use) => ({ kind: use.kind, id: use.id }))
}
