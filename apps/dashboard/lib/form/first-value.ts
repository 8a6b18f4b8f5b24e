import type { Field } from '@switchyard/core/schema/describe'
import type { Kind } from '@switchyard/core/schema/fields'
import { emptyValue } from './empty-value.ts'
import { nextId } from './next-id.ts'
import { type DraftObject, isObject } from './object-edit.ts'

/**
 * What the form of a new resource begins with: what is required, and the first of what hardly any goes without. A
 * certificate whose text is at hand is added in a dialog; its form is for one that nodes have.
 */
export function firstValue(kind: Kind, field: Field): DraftObject {
  const empty = emptyValue(field)
  const value = isObject(empty) ? empty : {}
  if (field.kind !== 'group') return value
  const { targets, forward } = field.fields
  if (kind === 'upstreams' && targets?.kind === 'list') return { ...value, targets: [newItem(targets.item, [])] }
  if (kind === 'routes' && forward !== undefined) return { ...value, forward: emptyValue(forward) }
  if (kind === 'certificates') return { ...value, certificate: { file: '' }, key: { file: '' } }
  return value
}

/** A new item of a list; one that has an id gets the next one. */
export function newItem(item: Field, before: readonly unknown[]): unknown {
  const empty = emptyValue(item)
  return item.kind === 'group' && item.fields['id'] !== undefined && isObject(empty)
    ? { ...empty, id: nextId(before) }
    : empty
}
