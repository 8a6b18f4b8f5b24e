import { hashToken } from '../access/random-token.ts'
import type { Token } from '../generated/client.ts'
import type { Services } from '../services.ts'
import type { TokenKind } from './token-view.ts'

/** A token's last use is written at most this often. */
const touchMs = 60_000

/** The token of this kind with this text, unless it has expired or was revoked. */
export async function findToken(services: Services, kind: TokenKind, text: string): Promise<Token | undefined> {
  const token = await services.db.token.findUnique({ where: { hash: hashToken(text) } })
  if (token?.kind !== kind) return undefined
  const now = services.now()
  if (token.expiresAt !== null && token.expiresAt.getTime() <= now) return undefined
  if (token.lastUsedAt === null || now - token.lastUsedAt.getTime() > touchMs) {
    await services.db.token.updateMany({ where: { id: token.id }, data: { lastUsedAt: new Date(now) } })
  }
  return token
}
