import type { Field } from '@switchyard/core/schema/describe'
import { type Draft, isObject } from './object-edit.ts'

/** Whether a value says something that its default does not; what is written out the same as the default does not. */
export function isSet(value: Draft, field: Field): boolean {
  return value !== undefined && !saysTheSame(value, field.default)
}

/** An object says the same when each of its keys does: what it leaves out is the default's. */
function saysTheSame(value: Draft, fallback: Draft): boolean {
  if (isObject(value) && isObject(fallback)) {
    return Object.entries(value).every(([key, inner]) => saysTheSame(inner, fallback[key]))
  }
  return JSON.stringify(value) === JSON.stringify(fallback)
}
