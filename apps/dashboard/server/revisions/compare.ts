import type { Config } from '@switchyard/core/config/model'
import { describeChange, diffConfigs } from '@switchyard/core/diff/diff'
import type { Kind } from '@switchyard/core/schema/fields'
import { model } from '@switchyard/middleware/model'
import type { Draft } from '../draft/draft-reader.ts'
import type { Head } from './head-reader.ts'
import type { ChangesView } from './revision-view.ts'

/** From one configuration to another, as data and in sentences. */
export function compare(before: Config | undefined, after: Config): ChangesView {
  const changes = diffConfigs(model, before, after)
  return { changes, sentences: changes.flatMap(describeChange) }
}

export const emptyConfig: Config = {
  switchyard: 1,
  listeners: [],
  upstreams: [],
  routes: [],
  middleware: [],
  certificates: [],
}

/** What happened to one resource, in sentences; `undefined` is where it was not, or is no more. */
export function describeEdit<K extends Kind>(
  kind: K,
  before: Config[K][number] | undefined,
  after: Config[K][number] | undefined,
): string[] {
  const only = (resource: Config[K][number] | undefined): Config => ({
    ...emptyConfig,
    [kind]: resource === undefined ? [] : [resource],
  })
  return compare(only(before), only(after)).sentences
}

const remembered = new WeakMap<Draft, { head: Head | undefined; changes: ChangesView }>()

/** The draft against what serves. Remembered for as long as both stay, since every list and every status asks. */
export function compareToHead(draft: Draft, head: Head | undefined): ChangesView {
  const known = remembered.get(draft)
  if (known && known.head === head) return known.changes
  const changes = compare(head?.config, draft.config)
  remembered.set(draft, { head, changes })
  return changes
}
