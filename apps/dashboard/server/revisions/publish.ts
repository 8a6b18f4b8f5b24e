import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { refuseBadCertificates } from '../certificates/check-certificates.ts'
import type { Services } from '../services.ts'
import { insertRevision, type Published } from './insert-revision.ts'

/**
 * Makes the draft the next revision: one transaction, then the signal that brings it to the nodes. Whatever dies in
 * the middle, the old or the new revision is the head. `etag` is the draft's, as the publisher saw it.
 */
export async function publishDraft(
  services: Services,
  caller: Caller,
  input: { etag: string; message?: string | undefined; confirm?: boolean | undefined },
): Promise<Published> {
  const { etag, message, confirm } = input
  const published = await services.db.$transaction(async (tx) => {
    const draft = await services.drafts.read(tx)
    if (draft.etag !== etag) throw new SwitchyardError('conflict')
    if (!draft.parsed.ok) throw new SwitchyardError('invalid', { problems: draft.parsed.problems })
    await refuseBadCertificates(services, tx, draft.parsed.value)
    const head = await services.heads.read(tx)
    return insertRevision(tx, services.now(), actorOf(caller), head, { config: draft.parsed.value, message, confirm })
  })
  services.signals.emit('head')
  return published
}
