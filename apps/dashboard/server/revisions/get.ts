import { withoutDefaults } from '@switchyard/core/config/canonical'
import { formatDocument } from '@switchyard/core/config/text'
import { model } from '@switchyard/middleware/model'
import type { Services } from '../services.ts'
import { findRevision } from './find-revision.ts'
import { configOf } from './head-reader.ts'
import { countOutcomes, revisionView } from './list.ts'
import type { RevisionDetail } from './revision-view.ts'

export async function getRevision(services: Services, number: number): Promise<RevisionDetail> {
  const revision = await findRevision(services.db, number)
  const document = formatDocument(withoutDefaults(model, configOf(revision)), 'yaml')
  return { ...revisionView(revision, await countOutcomes(services, [number])), document }
}
