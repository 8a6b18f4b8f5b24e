import type { Config } from '@switchyard/core/config/model'
import { checkConfig, type Parsed, parseResource } from '@switchyard/core/config/parse'
import type { Problem } from '@switchyard/core/errors'
import type { Kind } from '@switchyard/core/schema/fields'
import { model } from '@switchyard/middleware/model'
import type { Draft } from './draft-reader.ts'

/**
 * Whether a resource could stand in the draft: by itself, and among the others. `id` names the one it would replace;
 * without it the resource would be new. Paths are relative to the resource. What is wrong elsewhere is not its business.
 */
export function checkInDraft<K extends Kind>(
  draft: Draft,
  kind: K,
  id: string | undefined,
  value: unknown,
): Parsed<Config[K][number]> {
  const parsed = parseResource(model, kind, value)
  if (!parsed.ok) return parsed

  const problems = [
    ...idProblems(draft, kind, id, parsed.value.id),
    ...problemsAmongOthers(draft.config, kind, parsed.value),
  ]
  return problems.length > 0 ? { ok: false, problems } : parsed
}

function problemsAmongOthers<K extends Kind>(config: Config, kind: K, resource: Config[K][number]): Problem[] {
  const others: readonly { id: string }[] = config[kind]
  const found = others.findIndex(({ id }) => id === resource.id)
  const index = found === -1 ? others.length : found
  const place = `${kind}[${index}]`
  return checkConfig(model, { ...config, [kind]: [...others.slice(0, index), resource, ...others.slice(index + 1)] })
    .filter(({ path }) => path === place || path.startsWith(`${place}.`))
    .map(({ path, message }) => ({ path: path.slice(place.length + 1), message }))
}

function idProblems(draft: Draft, kind: Kind, replaced: string | undefined, id: string): Problem[] {
  if (replaced !== undefined) {
    return id === replaced ? [] : [{ path: 'id', message: 'an id stays; make a new one and remove this one' }]
  }
  const taken = draft.rows[kind].some((row) => row.id === id)
  return taken ? [{ path: 'id', message: `there is already ${JSON.stringify(id)}` }] : []
}
