import type { Transaction } from '../database/open.ts'
import type { Services } from '../services.ts'
import { type Caller, roleOf } from './caller.ts'
import { hashToken, randomToken } from './random-token.ts'

/** A session ends after this long without a request, and in any case after twelve hours. */
const idleMs = 30 * 60_000
const absoluteMs = 12 * 60 * 60_000

/** A session's last use is written at most this often. */
const touchMs = 30_000

/** Begins a session and returns its token, which is stored only as a hash. */
export async function beginSession(tx: Transaction, now: number, userId: string): Promise<string> {
  await tx.session.deleteMany({
    where: { OR: [{ createdAt: { lt: new Date(now - absoluteMs) } }, { lastUsedAt: { lt: new Date(now - idleMs) } }] },
  })
  const token = randomToken()
  const at = new Date(now)
  await tx.session.create({ data: { tokenHash: hashToken(token), userId, createdAt: at, lastUsedAt: at } })
  return token
}

/**
 * Who a session's token stands for; nobody when it has ended, was revoked, or its user is disabled. `use` says that
 * somebody did something now: a stream that merely stays open does not keep a session alive.
 */
export async function findSession(services: Services, token: string, use: boolean): Promise<Caller | undefined> {
  const tokenHash = hashToken(token)
  const session = await services.db.session.findUnique({ where: { tokenHash }, include: { user: true } })
  if (!session || session.user.disabled) return undefined
  const now = services.now()
  const idle = now - session.lastUsedAt.getTime()
  if (idle > idleMs || now - session.createdAt.getTime() > absoluteMs) return undefined
  if (use && idle > touchMs) {
    await services.db.session.updateMany({ where: { tokenHash }, data: { lastUsedAt: new Date(now) } })
  }
  const { id, email, role } = session.user
  return { kind: 'user', id, email, role: roleOf(role), session: tokenHash }
}
