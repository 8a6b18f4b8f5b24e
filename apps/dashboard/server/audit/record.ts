import type { Transaction } from '../database/open.ts'
import { sumUp } from '../revisions/sum-up.ts'
import type { AuditView } from './audit-view.ts'

/** Writes down a change, in the transaction that makes it: neither is ever there without the other. */
export async function recordAudit(
  tx: Transaction,
  now: number,
  { detail, ...entry }: Omit<AuditView, 'id' | 'at'>,
): Promise<void> {
  await tx.auditRecord.create({ data: { ...entry, at: new Date(now), detail: sumUp(detail) } })
}
