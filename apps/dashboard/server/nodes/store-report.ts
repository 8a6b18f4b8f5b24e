import type { Database } from '../database/open.ts'
import { toSpec } from '../draft/spec.ts'
import type { KeptReport } from './node-registry.ts'

/** Keeps what a node said for the next start, and its word about a revision for good. */
export async function storeReport(db: Database, now: number, report: KeptReport, withOutcome: boolean): Promise<void> {
  const { node: name, outcome } = report
  const row = { report: toSpec(report), lastHeardAt: new Date(now) }
  await db.$transaction(async (tx) => {
    await tx.node.upsert({ where: { name }, create: { name, ...row }, update: row })
    if (!withOutcome || !outcome) return
    const { number, status } = outcome
    const word = { status, outcome: toSpec(outcome) }
    await tx.nodeOutcome.upsert({
      where: { nodeName_number: { nodeName: name, number } },
      create: { nodeName: name, number, ...word },
      update: word,
    })
  })
}
