import { SwitchyardError } from '@switchyard/core/errors'
import type { Transaction } from '../database/open.ts'

/** Refuses a change that left nobody who may undo it. Ask after the change, inside its transaction. */
export async function keepAnAdmin(tx: Transaction): Promise<void> {
  if ((await tx.user.count({ where: { role: 'admin', disabled: false } })) > 0) return
  throw new SwitchyardError('conflict', { message: 'This is the last administrator; make another one first.' })
}
