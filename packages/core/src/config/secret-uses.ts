import { describe, type Field } from '../schema/describe.ts'
import { kinds } from '../schema/fields.ts'
import { createFieldFinder } from '../schema/find-fields.ts'
import { formatPath, type Path } from '../schema/path.ts'
import type { Config, Model } from './model.ts'
import type { Use } from './references.ts'

/** A place inside a value that refers to a secret. */
export interface SecretPlace {
  readonly at: Path
  /** `{ secret }`, `{ file }` or `{ env }`. */
  readonly reference: unknown
}

const findSecrets = createFieldFinder(({ secret }) => secret === true)

/** Every reference to a secret inside a value, found by its field tree. The value need not be valid. */
export function* secretsIn(field: Field, value: unknown): Generator<SecretPlace> {
  for (const { at, value: reference } of findSecrets(field, value)) yield { at, reference }
}

/** Who refers to a secret that the control plane keeps, and where; files and variables are the nodes' own. */
export interface SecretUse extends Use {
  /** Of the secret. */
  name: string
}

/** Every reference to a secret that the control plane keeps, in the order of the document. */
export function secretUses(model: Model, config: Config): SecretUse[] {
  const uses: SecretUse[] = []
  for (const kind of kinds) {
    const field = describe(model.kinds[kind])
    for (const resource of config[kind]) {
      for (const { at, reference } of secretsIn(field, resource)) {
        const name = keptName(reference)
        if (name !== undefined) uses.push({ kind, id: resource.id, path: formatPath(at), name })
      }
    }
  }
  return uses
}

function keptName(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null || !('secret' in reference)) return undefined
  return typeof reference.secret === 'string' ? reference.secret : undefined
}
