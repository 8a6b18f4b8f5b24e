import type { Kind } from '@switchyard/core/schema/fields'
import type { Draft } from '../draft/draft-reader.ts'
import type { Head } from '../revisions/head-reader.ts'
import { secretUsesIn } from './secret-uses-in.ts'

/** The resources that refer to each secret, in the draft or in what serves, each once. */
export function usersOfSecrets(draft: Draft, head: Head | undefined): Map<string, { kind: Kind; id: string }[]> {
  const users = new Map<string, Map<string, { kind: Kind; id: string }>>()
  for (const { name, kind, id } of [...secretUsesIn(draft.config), ...(head ? secretUsesIn(head.config) : [])]) {
    const known = users.get(name) ?? new Map<string, { kind: Kind; id: string }>()
    users.set(name, known.set(`${kind}/${id}`, { kind, id }))
  }
  return new Map([...users].map(([name, known]) => [name, [...known.values()]]))
}
