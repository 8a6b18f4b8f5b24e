import { SwitchyardError } from '@switchyard/core/errors'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import type { SignedIn } from './access-state.ts'
import { roleOf } from './caller.ts'
import { verifyPassword } from './password.ts'
import { beginSession } from './session.ts'

/** NIST SP 800-63B: after this many failures in a row an account opens to no password until it gets a new one. */
const maxFailures = 100

/**
 * Begins a session. Whether the account does not exist, is disabled or locked, or the password is wrong, the answer
 * is the same and takes the same work.
 */
export async function signIn(
  services: Services,
  address: string,
  input: { email: string; password: string },
): Promise<{ user: SignedIn; token: string }> {
  const email = input.email.trim().toLowerCase()
  if (!services.signInLimiter.admit(address, email)) throw new SwitchyardError('too_many_attempts')

  const user = await services.db.user.findUnique({ where: { email } })
  const right = await verifyPassword(user?.passwordHash, input.password)
  if (!user || !right || user.disabled || user.failedAttempts >= maxFailures) {
    if (user) await services.db.user.update({ where: { email }, data: { failedAttempts: { increment: 1 } } })
    services.log.warn({ address, known: user !== null, disabled: user?.disabled }, 'sign-in refused')
    throw new SwitchyardError('unauthorized', { message: 'The email address or the password is wrong.' })
  }

  const token = await services.db.$transaction(async (tx) => {
    const now = services.now()
    await tx.user.update({ where: { email }, data: { failedAttempts: 0 } })
    await recordAudit(tx, now, { actor: email, action: 'sign-in', kind: 'sessions', resource: email, detail: [] })
    return beginSession(tx, now, user.id)
  })
  services.signInLimiter.succeeded(address, email)
  return { user: { id: user.id, email, role: roleOf(user.role) }, token }
}
