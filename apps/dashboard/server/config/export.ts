import { withoutDefaults } from '@switchyard/core/config/canonical'
import { formatDocument } from '@switchyard/core/config/text'
import { model } from '@switchyard/middleware/model'
import type { Services } from '../services.ts'

/** The draft as a document, defaults left out. One that is not valid is exported as it was written, to be mended. */
export async function exportConfig(services: Services, format: 'yaml' | 'json'): Promise<{ text: string }> {
  const draft = await services.drafts.read()
  const document = draft.parsed.ok ? withoutDefaults(model, draft.parsed.value) : draft.document
  return { text: formatDocument(document, format) }
}
