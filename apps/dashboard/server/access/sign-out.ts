import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { actorOf, type Caller } from './caller.ts'

/** Ends the caller's session, wherever it is open. */
export async function signOut(services: Services, caller: Caller & { kind: 'user' }): Promise<void> {
  await services.db.$transaction(async (tx) => {
    await tx.session.deleteMany({ where: { tokenHash: caller.session } })
    const audit = { actor: actorOf(caller), action: 'sign-out', kind: 'sessions', resource: caller.email, detail: [] }
    await recordAudit(tx, services.now(), audit)
  })
  services.signals.emit('access')
}
