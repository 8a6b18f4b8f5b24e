import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller, type Role } from '../access/caller.ts'
import { hashPassword } from '../access/password.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { keepAnAdmin } from './last-admin.ts'
import { setPassword } from './set-password.ts'

/** Changes what is given. A user who is disabled, or gets another role or password, has to sign in again. */
export async function updateUser(
  services: Services,
  caller: Caller,
  input: { id: string; role?: Role | undefined; disabled?: boolean | undefined; password?: string | undefined },
): Promise<{ id: string }> {
  const { id, role, disabled } = input
  const passwordHash = input.password === undefined ? undefined : await hashPassword(input.password)
  await services.db.$transaction(async (tx) => {
    const before = await tx.user.findUnique({ where: { id } })
    if (!before) throw new SwitchyardError('not_found')
    const detail = []
    if (role !== undefined && role !== before.role) {
      detail.push(`role ${before.role} → ${role}`)
      await tx.user.update({ where: { id }, data: { role } })
    }
    if (disabled !== undefined && disabled !== before.disabled) {
      detail.push(disabled ? 'disabled' : 'enabled')
      await tx.user.update({ where: { id }, data: { disabled } })
    }
    if (passwordHash !== undefined) {
      detail.push('new password')
      await setPassword(tx, id, passwordHash)
    }
    if (detail.length === 0) return
    await keepAnAdmin(tx)
    await tx.session.deleteMany({ where: { userId: id } })
    const audit = { actor: actorOf(caller), action: 'update', kind: 'users', resource: before.email, detail }
    await recordAudit(tx, services.now(), audit)
  })
  services.signals.emit('access')
  return { id }
}
