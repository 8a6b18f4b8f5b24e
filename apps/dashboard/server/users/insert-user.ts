import type { Role } from '../access/caller.ts'
import { randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'

export const insertUser = (
  tx: Transaction,
  now: number,
  user: { email: string; passwordHash: string; role: Role },
): Promise<{ id: string }> =>
  tx.user.create({
    data: { ...user, id: randomId(), disabled: false, failedAttempts: 0, createdAt: new Date(now) },
    select: { id: true },
  })
