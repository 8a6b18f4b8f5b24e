import { roleOf } from '../access/caller.ts'
import type { User } from '../generated/client.ts'
import type { Services } from '../services.ts'
import type { UserView } from './user-view.ts'

export async function listUsers(services: Services): Promise<UserView[]> {
  return (await services.db.user.findMany({ orderBy: { email: 'asc' } })).map(toView)
}

const toView = ({ id, email, role, disabled, createdAt }: User): UserView => ({
  id,
  email,
  role: roleOf(role),
  disabled,
  createdAt: createdAt.toISOString(),
})
