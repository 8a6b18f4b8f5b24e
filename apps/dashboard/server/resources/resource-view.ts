import type { Kind } from '@switchyard/core/schema/fields'
import type { model } from '@switchyard/middleware/model'
import type { z } from 'zod'

/** A resource as an operator writes it: what has a default may be absent. */
export type Written<K extends Kind> = z.input<(typeof model)['kinds'][K]>

/** A resource of the draft. */
export interface ResourceView<K extends Kind> {
  id: string
  /** Send it back with a change; a stale one is refused. */
  etag: string
  value: Written<K>
  /** How it stands against the head revision. */
  serving: 'same' | 'changed' | 'added'
  /** ISO 8601. */
  updatedAt: string
}

/** The same, with the resources of the draft that refer to it. */
export interface ResourceDetail<K extends Kind> extends ResourceView<K> {
  usedBy: { kind: Kind; id: string }[]
}
