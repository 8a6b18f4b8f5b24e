import { SwitchyardError } from '@switchyard/core/errors'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { setPassword } from '../users/set-password.ts'
import type { Caller } from './caller.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { beginSession } from './session.ts'

/** Changes the caller's password. Every session of theirs ends; the token of a new one for this browser is returned. */
export async function changePassword(
  services: Services,
  caller: Caller & { kind: 'user' },
  address: string,
  input: { current: string; next: string },
): Promise<{ token: string }> {
  const { id, email } = caller
  // A stolen session must not become a way to guess the password.
  if (!services.signInLimiter.admit(address, email)) throw new SwitchyardError('too_many_attempts')
  const user = await services.db.user.findUniqueOrThrow({ where: { id } })
  if (!(await verifyPassword(user.passwordHash, input.current))) {
    throw new SwitchyardError('invalid', { problems: [{ path: 'current', message: 'is not your password' }] })
  }

  const passwordHash = await hashPassword(input.next)
  const token = await services.db.$transaction(async (tx) => {
    const now = services.now()
    await setPassword(tx, id, passwordHash)
    await recordAudit(tx, now, { actor: email, action: 'change-password', kind: 'users', resource: email, detail: [] })
    return beginSession(tx, now, id)
  })
  services.signInLimiter.succeeded(address, email)
  services.signals.emit('access')
  return { token }
}
