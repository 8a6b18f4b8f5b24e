import { hashPassword } from '../access/password.ts'
import { recordAudit } from '../audit/record.ts'
import type { Database } from '../database/open.ts'
import { setPassword } from './set-password.ts'

/**
 * Gives a user a new password, from the server's console. Their sessions end, a locked or disabled account opens.
 * Returns false when there is no such user.
 */
export async function resetPassword(db: Database, now: number, email: string, password: string): Promise<boolean> {
  const passwordHash = await hashPassword(password)
  return db.$transaction(async (tx) => {
    const user = await tx.user.findUnique({ where: { email } })
    if (!user) return false
    await setPassword(tx, user.id, passwordHash)
    await tx.user.update({ where: { email }, data: { disabled: false } })
    const audit = { actor: 'console', action: 'reset-password', kind: 'users', resource: email, detail: [] }
    await recordAudit(tx, now, audit)
    return true
  })
}
