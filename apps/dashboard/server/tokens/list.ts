import { roleOf } from '../access/caller.ts'
import type { Services } from '../services.ts'
import type { TokenView } from './token-view.ts'

export async function listTokens(services: Services): Promise<TokenView[]> {
  const tokens = await services.db.token.findMany({ orderBy: { createdAt: 'asc' } })
  return tokens.map(({ id, name, kind, role, prefix, createdAt, lastUsedAt, expiresAt }) => ({
    id,
    name,
    kind: kind === 'node' ? 'node' : 'api',
    role: kind === 'node' ? null : roleOf(role),
    prefix,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  }))
}
