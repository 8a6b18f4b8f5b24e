import { describe, type Field } from '../schema/describe.ts'
import { type Kind, kinds } from '../schema/fields.ts'
import { createFieldFinder } from '../schema/find-fields.ts'
import { formatPath, type Path } from '../schema/path.ts'
import type { Config, Model } from './model.ts'

/** A place inside a value that names a resource. */
export interface Reference {
  readonly at: Path
  readonly kind: Kind
  readonly id: string
}

const findReferences = createFieldFinder(({ kind }) => kind === 'ref')

/** Every reference inside a value, found by its field tree. The value need not be valid. */
export function* referencesIn(field: Field, value: unknown): Generator<Reference> {
  for (const { at, field: found, value: id } of findReferences(field, value)) {
    if (found.kind === 'ref' && typeof id === 'string') yield { at, kind: found.to, id }
  }
}

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
