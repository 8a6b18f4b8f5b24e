import type { Services } from '../services.ts'
import type { SecretView } from './secret-view.ts'
import { usersOfSecrets } from './users-of-secrets.ts'

/** Every stored secret by its name, never with its value. */
export async function listSecrets(services: Services): Promise<SecretView[]> {
  const head = await services.heads.read()
  const users = usersOfSecrets(await services.drafts.read(), head)
  const secrets = await services.db.secret.findMany({ orderBy: { name: 'asc' }, omit: { ciphertext: true } })
  return secrets.map(({ name, updatedAt, updatedBy }) => ({
    name,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
    usedBy: users.get(name) ?? [],
  }))
}
