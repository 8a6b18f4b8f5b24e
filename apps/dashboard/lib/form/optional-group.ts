import type { Field, GroupField } from '@switchyard/core/schema/describe'

/**
 * A group that says something by being there at all, such as a circuit breaker with its defaults: a form switches it on
 * and off. Where everything inside may be absent too, an empty one says the same as none.
 */
export const isOptionalGroup = (field: Field): field is GroupField =>
  field.kind === 'group' &&
  field.optional &&
  field.default === undefined &&
  Object.values(field.fields).some((inner) => !inner.optional || inner.default !== undefined)
