import type { Transaction } from '../database/open.ts'

/** Gives a user a new password and ends all of their sessions. A locked account opens again. */
export async function setPassword(tx: Transaction, id: string, passwordHash: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { passwordHash, failedAttempts: 0 } })
  await tx.session.deleteMany({ where: { userId: id } })
}
