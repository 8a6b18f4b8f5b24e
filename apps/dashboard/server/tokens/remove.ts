import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'

/** Revokes a token; streams that it opened end. */
export async function removeToken(services: Services, caller: Caller, id: string): Promise<Record<string, never>> {
  await services.db.$transaction(async (tx) => {
    const token = await tx.token.findUnique({ where: { id } })
    if (!token) throw new SwitchyardError('not_found')
    await tx.token.delete({ where: { id } })
    const audit = { actor: actorOf(caller), action: 'remove', kind: 'tokens', resource: token.name, detail: [] }
    await recordAudit(tx, services.now(), audit)
  })
  services.signals.emit('access')
  return {}
}
