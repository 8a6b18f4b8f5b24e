import { asSentences } from '../draft/spec.ts'
import type { Services } from '../services.ts'
import type { AuditView } from './audit-view.ts'

/** The newest first; `before` is the id at which the page before ended. */
export async function listAudit(
  services: Services,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<AuditView[]> {
  const records = await services.db.auditRecord.findMany({
    where: before === undefined ? {} : { id: { lt: before } },
    orderBy: { id: 'desc' },
    take: limit,
  })
  return records.map(({ at, detail, ...record }) => ({ ...record, at: at.toISOString(), detail: asSentences(detail) }))
}
