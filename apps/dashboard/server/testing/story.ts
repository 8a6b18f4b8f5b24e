import type { Database } from '../database/open.ts'
import { createDraftReader } from '../draft/draft-reader.ts'
import { configOf } from '../revisions/head-reader.ts'

/** What a database says happened: no times, and nothing that is made at random. */
export interface Story {
  readonly revisions: readonly { number: number; hash: string; rollbackOf: number | null }[]
  /** As text: compared, and shown when it differs. */
  readonly draft: string
  /** Records of the audit, in order, as `publish revisions 3`. */
  readonly audit: readonly string[]
}

/**
 * Reads a database as whoever finds it after a crash. Throws when it is damaged, when what it holds does not fit
 * together, or when the audit tells another story than the revisions.
 */
export async function readStory(db: Database): Promise<Story> {
  await checkFile(db)
  const revisions = await db.revision.findMany({ orderBy: { number: 'asc' } })
  for (const [index, revision] of revisions.entries()) {
    if (revision.number !== index + 1) throw new Error(`Revision ${revision.number} stands at place ${index + 1}.`)
    // Throws when the text does not have its hash, or is no configuration.
    configOf(revision)
  }
  const draft = await createDraftReader(db).read()
  if (!draft.parsed.ok) throw new Error(`The draft is not valid: ${JSON.stringify(draft.parsed.problems)}`)
  const records = await db.auditRecord.findMany({ orderBy: { id: 'asc' } })

  const told = records.filter(({ kind }) => kind === 'revisions').map(({ action, resource }) => `${action} ${resource}`)
  const happened = revisions.map(
    ({ number, rollbackOf }) => `${rollbackOf === null ? 'publish' : 'rollback'} ${number}`,
  )
  if (told.join() !== happened.join()) throw new Error(`The audit tells ${told}; there are ${happened}.`)
  return {
    revisions: revisions.map(({ number, hash, rollbackOf }) => ({ number, hash, rollbackOf })),
    draft: JSON.stringify(draft.document),
    audit: records.map(({ action, kind, resource }) => `${action} ${kind} ${resource}`),
  }
}

async function checkFile(db: Database): Promise<void> {
  const [integrity] = await db.$queryRawUnsafe<{ integrity_check: string }[]>('PRAGMA integrity_check')
  if (integrity?.integrity_check !== 'ok') throw new Error(`The database is damaged: ${JSON.stringify(integrity)}`)
  const dangling = await db.$queryRawUnsafe<object[]>('PRAGMA foreign_key_check')
  if (dangling.length > 0) throw new Error(`References to what is not there: ${JSON.stringify(dangling)}`)
}
