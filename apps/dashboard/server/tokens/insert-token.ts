import type { Role } from '../access/caller.ts'
import { hashToken, randomId } from '../access/random-token.ts'
import type { Transaction } from '../database/open.ts'
import type { TokenKind } from './token-view.ts'

/** Enough to tell tokens apart, far too little to guess one. */
const prefixLength = 9

export const insertToken = (
  tx: Transaction,
  now: number,
  { token, ...row }: { name: string; kind: TokenKind; role: Role | null; expiresAt: Date | null; token: string },
): Promise<{ id: string }> =>
  tx.token.create({
    data: {
      ...row,
      id: randomId(),
      prefix: token.slice(0, prefixLength),
      hash: hashToken(token),
      createdAt: new Date(now),
    },
    select: { id: true },
  })
