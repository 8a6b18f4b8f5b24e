import { readFile } from 'node:fs/promises'
import { withoutDefaults } from '@switchyard/core/config/canonical'
import { parseText } from '@switchyard/core/config/text'
import { model } from '@switchyard/middleware/model'
import { renewDraftEtag } from '../draft/draft-etag.ts'
import { replaceDraft } from '../draft/replace-draft.ts'
import { insertRevision } from '../revisions/insert-revision.ts'
import type { Services } from '../services.ts'

/** Brings a document into a new database and publishes it as the first revision. One that was ever used is left alone. */
export async function seedDocument(services: Services, file: string): Promise<void> {
  const draft = await services.drafts.read()
  const isNew = draft.etag === '0' && (await services.heads.read()) === undefined
  if (!isNew) return

  const parsed = parseText(model, await readFile(file, 'utf8'), file.endsWith('.json') ? 'json' : 'yaml')
  if (!parsed.ok) {
    const [first] = parsed.problems
    throw new Error(`SWITCHYARD_DEMO_DOCUMENT: ${file} is not valid: ${first?.path} ${first?.message}`)
  }
  const config = parsed.value
  await services.db.$transaction(async (tx) => {
    const now = services.now()
    await replaceDraft(tx, now, await services.drafts.read(tx), withoutDefaults(model, config))
    await renewDraftEtag(tx, now)
    await insertRevision(tx, now, 'console', undefined, { config, message: 'Demo configuration' })
  })
}
