import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller, type Role } from '../access/caller.ts'
import { hashPassword } from '../access/password.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { insertUser } from './insert-user.ts'

export async function createUser(
  services: Services,
  caller: Caller,
  { email, password, role }: { email: string; password: string; role: Role },
): Promise<{ id: string }> {
  const passwordHash = await hashPassword(password)
  return services.db.$transaction(async (tx) => {
    if (await tx.user.findUnique({ where: { email } })) {
      throw new SwitchyardError('conflict', { problems: [{ path: 'email', message: 'has an account already' }] })
    }
    const now = services.now()
    const { id } = await insertUser(tx, now, { email, passwordHash, role })
    const audit = { actor: actorOf(caller), action: 'create', kind: 'users', resource: email, detail: [`role ${role}`] }
    await recordAudit(tx, now, audit)
    return { id }
  })
}
