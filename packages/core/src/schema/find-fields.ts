import { caseMeant } from './case-meant.ts'
import type { Field } from './describe.ts'
import type { Path } from './path.ts'

/** A place inside a value, and its field. */
export interface FoundField {
  readonly at: Path
  readonly field: Field
  readonly value: unknown
}

/**
 * Makes a function that finds every place inside a value whose field is wanted, outside in. The value need not be valid.
 * What is inside such a place is not looked at; nor are parts of the schema in which none can stand.
 */
export function createFieldFinder(wanted: (field: Field) => boolean) {
  const known = new WeakMap<Field, boolean>()
  const mayHold = (field: Field): boolean => {
    let may = known.get(field)
    if (may === undefined) {
      may = wanted(field) || fieldsInside(field).some(mayHold)
      known.set(field, may)
    }
    return may
  }

  return function* find(field: Field, value: unknown, at: Path = []): Generator<FoundField> {
    if (value === undefined || value === null || !mayHold(field)) return
    if (wanted(field)) {
      yield { at, field, value }
      return
    }
    switch (field.kind) {
      case 'list':
        if (!Array.isArray(value)) return
        for (const [index, item] of value.entries()) yield* find(field.item, item, [...at, index])
        return
      case 'map':
        for (const [key, inside] of entriesOf(value)) yield* find(field.value, inside, [...at, key])
        return
      case 'either':
        yield* find(typeof value === 'object' ? field.object : field.plain, value, at)
        return
      case 'group':
      case 'variants': {
        const fields = field.kind === 'group' ? field.fields : caseMeant(field.cases, value)?.fields
        for (const [key, inside] of entriesOf(value)) {
          const inner = fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined
          if (inner !== undefined) yield* find(inner, inside, [...at, key])
        }
      }
    }
  }
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' ? Object.entries(value ?? {}) : []

function fieldsInside(field: Field): Field[] {
  switch (field.kind) {
    case 'list':
      return [field.item]
    case 'map':
      return [field.value]
    case 'either':
      return [field.plain, field.object]
    case 'group':
      return Object.values(field.fields)
    case 'variants':
      return field.cases.flatMap(({ fields }) => Object.values(fields))
    default:
      return []
  }
}
