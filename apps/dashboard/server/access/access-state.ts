import type { Services } from '../services.ts'
import type { Caller, Role } from './caller.ts'

export interface SignedIn {
  id: string
  email: string
  role: Role
}

export interface AccessState {
  /** There is no user yet: the set-up page makes the first. */
  setUpRequired: boolean
  user: SignedIn | null
}

/** What a browser needs to know before anybody has signed in. */
export async function accessState(services: Services, caller: Caller | undefined): Promise<AccessState> {
  const user = caller?.kind === 'user' ? { id: caller.id, email: caller.email, role: caller.role } : null
  return { setUpRequired: user === null && (await setUpRequired(services)), user }
}

export const setUpRequired = async (services: Services): Promise<boolean> =>
  (await services.db.user.findFirst({ select: { id: true } })) === null
