import type { Kind } from '@switchyard/core/schema/fields'
import type { Draft } from '../draft/draft-reader.ts'
import type { Row } from '../draft/table.ts'
import { compareToHead } from '../revisions/compare.ts'
import type { Head } from '../revisions/head-reader.ts'
import type { Services } from '../services.ts'
import type { ResourceView } from './resource-view.ts'

/** Every resource of this kind in the draft, in the order of the document. */
export async function listResources<K extends Kind>(services: Services, kind: K): Promise<ResourceView<K>[]> {
  const head = await services.heads.read()
  const draft = await services.drafts.read()
  const rows: readonly Row<K>[] = draft.rows[kind]
  const serving = servingOf(draft, head, kind)
  return rows.map((row) => toView(row, serving))
}

type Serving = (id: string) => 'same' | 'changed' | 'added'

/** How each resource of this kind stands against the head. */
export function servingOf(draft: Draft, head: Head | undefined, kind: Kind): Serving {
  const actions = new Map<string, 'changed' | 'added'>()
  for (const change of compareToHead(draft, head).changes) {
    if (change.kind === kind && change.action !== 'removed') actions.set(change.id, change.action)
  }
  return (id) => actions.get(id) ?? 'same'
}

export const toView = <K extends Kind>({ id, etag, value, updatedAt }: Row<K>, serving: Serving): ResourceView<K> => ({
  id,
  etag,
  value,
  serving: serving(id),
  updatedAt: updatedAt.toISOString(),
})
