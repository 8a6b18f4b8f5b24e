import type { Kind } from '@switchyard/core/schema/fields'
import type { Services } from '../services.ts'
import { findRow } from './find-row.ts'
import { servingOf, toView } from './list.ts'
import type { ResourceDetail } from './resource-view.ts'
import { usersOf } from './users-of.ts'

export async function getResource<K extends Kind>(services: Services, kind: K, id: string): Promise<ResourceDetail<K>> {
  const head = await services.heads.read()
  const draft = await services.drafts.read()
  const row = findRow(draft, kind, id)
  return { ...toView(row, servingOf(draft, head, kind)), usedBy: usersOf(draft, kind, id) }
}
