import type { Field, VariantCase } from '@switchyard/core/schema/describe'
import type { Draft, DraftObject } from './object-edit.ts'

/** What a new item of a list begins as: required keys are there and empty, optional ones are absent. */
export function emptyValue(field: Field): Draft {
  switch (field.kind) {
    case 'text':
    case 'ref':
    case 'number':
      return ''
    case 'switch':
      return false
    case 'choice':
      return field.options[0]
    case 'list':
      return []
    case 'map':
      return {}
    case 'either':
      return emptyValue(field.plain)
    case 'group':
      return requiredKeys(field.fields)
    case 'variants': {
      const [first] = field.cases
      return first === undefined ? {} : emptyCase(first)
    }
  }
}

/** A case with its tag, or the key that tells it apart, and its required keys, empty. */
export function emptyCase(variant: VariantCase): DraftObject {
  const { key, value } = variant.when
  const keys = requiredKeys(variant.fields)
  if (value !== undefined) return { [key]: value, ...keys }
  const own = variant.fields[key]
  return own === undefined ? keys : { [key]: emptyValue(own), ...keys }
}

function requiredKeys(fields: Record<string, Field>): DraftObject {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => !field.optional)
      .map(([key, field]) => [key, emptyValue(field)]),
  )
}
