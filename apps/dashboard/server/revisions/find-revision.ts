import { SwitchyardError } from '@switchyard/core/errors'
import type { Transaction } from '../database/open.ts'
import type { Revision } from '../generated/client.ts'

export async function findRevision(tx: Transaction, number: number): Promise<Revision> {
  const revision = await tx.revision.findUnique({ where: { number } })
  if (!revision) throw new SwitchyardError('not_found', { message: `There is no revision ${number}.` })
  return revision
}
