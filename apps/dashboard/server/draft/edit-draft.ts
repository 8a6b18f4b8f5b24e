import { actorOf, type Caller } from '../access/caller.ts'
import { randomId } from '../access/random-token.ts'
import { recordAudit } from '../audit/record.ts'
import type { Transaction } from '../database/open.ts'
import type { Services } from '../services.ts'
import { renewDraftEtag } from './draft-etag.ts'
import type { Draft } from './draft-reader.ts'

export interface Edit<T> {
  result: T
  /** Absent where nothing changed: the draft keeps its etag then. */
  audit?: { action: string; kind: string; resource: string; detail: string[] }
  /** A revision was published with it. */
  published?: boolean
}

/**
 * One edit of the draft: the change, the draft's new etag and the audit record, all or nothing; then the signal.
 * `change` gets the draft as it was and the
 * etag that it will have, and throws to change nothing.
 */
export async function editDraft<T>(
  services: Services,
  caller: Caller,
  change: (tx: Transaction, before: Draft, etag: string) => Promise<Edit<T>>,
): Promise<T> {
  const { result, published } = await services.db.$transaction(async (tx) => {
    const etag = randomId()
    const edit = await change(tx, await services.drafts.read(tx), etag)
    if (edit.audit) {
      const now = services.now()
      await renewDraftEtag(tx, now, etag)
      await recordAudit(tx, now, { actor: actorOf(caller), ...edit.audit })
    }
    return edit
  })
  services.signals.emit('draft')
  if (published) services.signals.emit('head')
  return result
}
