import { caseMeant } from '../schema/case-meant.ts'
import { describe, type Field } from '../schema/describe.ts'
import { type Kind, kinds } from '../schema/fields.ts'
import { formatPath, type Path } from '../schema/path.ts'
import type { Config, Model } from './model.ts'

/** A place inside a value that names a resource. */
export interface Reference {
  readonly at: Path
  readonly kind: Kind
  readonly id: string
}

/** Every reference inside a value, found by its field tree. The value need not be valid. */
export function* referencesIn(field: Field, value: unknown, at: Path = []): Generator<Reference> {
  if (value === undefined || value === null) return
  switch (field.kind) {
    case 'ref':
      if (typeof value === 'string') yield { at, kind: field.to, id: value }
      return
    case 'list':
      if (!Array.isArray(value)) return
      for (const [index, item] of value.entries()) yield* referencesIn(field.item, item, [...at, index])
      return
    case 'map':
      for (const [key, inside] of entriesOf(value)) yield* referencesIn(field.value, inside, [...at, key])
      return
    case 'group':
      yield* referencesInFields(field.fields, value, at)
      return
    case 'either':
      yield* referencesIn(typeof value === 'object' ? field.object : field.plain, value, at)
      return
    case 'variants': {
      const meant = caseMeant(field.cases, value)
      if (meant !== undefined) yield* referencesInFields(meant.fields, value, at)
    }
  }
}

function* referencesInFields(fields: Record<string, Field>, value: unknown, at: Path): Generator<Reference> {
  for (const [key, inside] of entriesOf(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field !== undefined) yield* referencesIn(field, inside, [...at, key])
  }
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' ? Object.entries(value ?? {}) : []

/** Who refers to a resource, and where: the path is relative to the resource that refers. */
export interface Use {
  kind: Kind
  id: string
  path: string
}

/** Everything that refers to this resource, in the order of the document. */
export function usesOf(model: Model, config: Config, kind: Kind, id: string): Use[] {
  const uses: Use[] = []
  for (const user of kinds) {
    const field = describe(model.kinds[user])
    for (const resource of config[user]) {
      for (const reference of referencesIn(field, resource)) {
        if (reference.kind !== kind || reference.id !== id) continue
        uses.push({ kind: user, id: resource.id, path: formatPath(reference.at) })
      }
    }
  }
  return uses
}
