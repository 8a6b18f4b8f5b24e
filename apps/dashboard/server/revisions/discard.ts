import { withoutDefaults } from '@switchyard/core/config/canonical'
import { SwitchyardError } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'
import type { Caller } from '../access/caller.ts'
import { editDraft } from '../draft/edit-draft.ts'
import { replaceDraft } from '../draft/replace-draft.ts'
import type { Services } from '../services.ts'
import { compare } from './compare.ts'

/** Makes the draft what serves: everything not published is dropped. */
export function discardDraft(services: Services, caller: Caller, input: { etag: string }): Promise<{ etag: string }> {
  return editDraft(services, caller, async (tx, draft, etag) => {
    if (draft.etag !== input.etag) throw new SwitchyardError('conflict')
    const head = await services.heads.read(tx)
    if (!head) throw new SwitchyardError('not_found', { message: 'Nothing was published yet to go back to.' })
    await replaceDraft(tx, services.now(), draft, withoutDefaults(model, head.config))
    const detail = compare(draft.config, head.config).sentences
    return { result: { etag }, audit: { action: 'discard', kind: 'draft', resource: `r${head.number}`, detail } }
  })
}
