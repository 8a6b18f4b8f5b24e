import { SwitchyardError } from '@switchyard/core/errors'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { insertUser } from '../users/insert-user.ts'
import type { SignedIn } from './access-state.ts'
import { hashPassword } from './password.ts'
import { beginSession } from './session.ts'

/** Makes the first administrator, with the code that the console printed, and signs them in. */
export async function setUp(
  services: Services,
  address: string,
  input: { code: string; email: string; password: string },
): Promise<{ user: SignedIn; token: string }> {
  const { email } = input
  if (!services.signInLimiter.admit(address, 'set-up')) throw new SwitchyardError('too_many_attempts')
  if (!services.setUpCode.matches(input.code)) {
    throw new SwitchyardError('forbidden', {
      message: 'This is not the code that the console printed when the control plane started.',
      problems: [{ path: 'code', message: 'is not the code of this start' }],
    })
  }

  const passwordHash = await hashPassword(input.password)
  const made = await services.db.$transaction(async (tx) => {
    if ((await tx.user.count()) > 0) throw new SwitchyardError('conflict', { message: 'There is a user already.' })
    const now = services.now()
    const user = await insertUser(tx, now, { email, passwordHash, role: 'admin' })
    await recordAudit(tx, now, { actor: email, action: 'set-up', kind: 'users', resource: email, detail: [] })
    return { user: { id: user.id, email, role: 'admin' as const }, token: await beginSession(tx, now, user.id) }
  })
  services.setUpCode.spend()
  services.signInLimiter.succeeded(address, 'set-up')
  return made
}
