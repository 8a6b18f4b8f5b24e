import { hashPassword } from '../access/password.ts'
import { randomToken } from '../access/random-token.ts'
import { recordAudit } from '../audit/record.ts'
import type { Database } from '../database/open.ts'
import { insertUser } from '../users/insert-user.ts'

/**
 * While nobody has an account: makes the administrator whom the environment names, or else returns the one-time code
 * with which the set-up page makes one. Afterwards the environment has no say any more.
 */
export async function makeFirstAdmin(
  db: Database,
  now: number,
  admin: { email: string; password: string } | undefined,
): Promise<string | undefined> {
  if ((await db.user.count()) > 0) return undefined
  if (!admin) return randomToken().slice(0, 20)
  const { email } = admin
  const passwordHash = await hashPassword(admin.password)
  await db.$transaction(async (tx) => {
    await insertUser(tx, now, { email, passwordHash, role: 'admin' })
    await recordAudit(tx, now, { actor: 'console', action: 'set-up', kind: 'users', resource: email, detail: [] })
  })
  return undefined
}
