import { type Change, diffConfigs } from '@switchyard/core/diff/diff'
import { model } from '@switchyard/middleware/model'
import type { Services } from '../services.ts'
import { type DocumentText, readText } from './read-text.ts'

/** What would change if the draft became this document. */
export async function diffConfig(services: Services, input: DocumentText): Promise<Change[]> {
  const draft = await services.drafts.read()
  return diffConfigs(model, draft.config, readText(input))
}
