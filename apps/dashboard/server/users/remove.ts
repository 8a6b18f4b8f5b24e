import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { keepAnAdmin } from './last-admin.ts'

/** Removes a user and ends their sessions. */
export async function removeUser(services: Services, caller: Caller, id: string): Promise<Record<string, never>> {
  await services.db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { id } })
    if (!user) throw new SwitchyardError('not_found')
    await tx.user.delete({ where: { id } })
    await keepAnAdmin(tx)
    const audit = { actor: actorOf(caller), action: 'remove', kind: 'users', resource: user.email, detail: [] }
    await recordAudit(tx, services.now(), audit)
  })
  services.signals.emit('access')
  return {}
}
