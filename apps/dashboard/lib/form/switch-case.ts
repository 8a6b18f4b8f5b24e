import type { Field, VariantCase } from '@switchyard/core/schema/describe'
import { emptyCase } from './empty-value.ts'
import { type Draft, type DraftObject, isObject } from './object-edit.ts'

/**
 * The value of another case, begun from this one: keys that both cases have in the same form are carried over, so that
 * a change of mind about the strategy keeps the hash key. `kept` is what this case held when it was last left.
 */
export function switchCase(
  value: Draft,
  from: VariantCase | undefined,
  to: VariantCase,
  kept: DraftObject | undefined,
): DraftObject {
  const before = isObject(value) ? value : {}
  const shared = Object.entries(to.fields).filter(
    ([key, field]) => Object.hasOwn(before, key) && sameKind(from?.fields[key], field),
  )
  return { ...(kept ?? emptyCase(to)), ...Object.fromEntries(shared.map(([key]) => [key, before[key]])) }
}

const sameKind = (a: Field | undefined, b: Field): boolean =>
  a !== undefined && a.kind === b.kind && a.title === b.title
