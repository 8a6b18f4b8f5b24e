import { withoutDefaults } from '@switchyard/core/config/canonical'
import { model } from '@switchyard/middleware/model'
import { actorOf, type Caller } from '../access/caller.ts'
import { refuseBadCertificates } from '../certificates/check-certificates.ts'
import { renewDraftEtag } from '../draft/draft-etag.ts'
import { replaceDraft } from '../draft/replace-draft.ts'
import type { Services } from '../services.ts'
import { findRevision } from './find-revision.ts'
import { configOf } from './head-reader.ts'
import { insertRevision, type Published } from './insert-revision.ts'

/**
 * Publishes the content of an earlier revision again: a new number, the same text and hash. The draft becomes that
 * content too, so that the next publish does not bring back what was just undone (docs/decisions).
 */
export async function rollBack(
  services: Services,
  caller: Caller,
  input: { number: number; message?: string | undefined; confirm?: boolean | undefined },
): Promise<Published> {
  const { number, message, confirm } = input
  const published = await services.db.$transaction(async (tx) => {
    const draft = await services.drafts.read(tx)
    const head = await services.heads.read(tx)
    const config = configOf(await findRevision(tx, number))
    await refuseBadCertificates(services, tx, config)
    const now = services.now()
    const made = await insertRevision(tx, now, actorOf(caller), head, { config, message, confirm, rollbackOf: number })
    await replaceDraft(tx, now, draft, withoutDefaults(model, config))
    await renewDraftEtag(tx, now)
    return made
  })
  services.signals.emit('draft')
  services.signals.emit('head')
  return published
}
