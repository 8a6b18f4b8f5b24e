import type { Transaction } from '../database/open.ts'
import type { AuditView } from './audit-view.ts'

/** A long apply is summed up: the revision has the rest. */
const maxSentences = 200

/** Writes down a change, in the transaction that makes it: neither is ever there without the other. */
export async function recordAudit(
  tx: Transaction,
  now: number,
  { detail, ...entry }: Omit<AuditView, 'id' | 'at'>,
): Promise<void> {
  const more = detail.length - maxSentences
  const kept = more > 0 ? [...detail.slice(0, maxSentences), `and ${more} more`] : detail
  await tx.auditRecord.create({ data: { ...entry, at: new Date(now), detail: kept } })
}
