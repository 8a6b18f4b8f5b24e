import type { Role } from '../access/caller.ts'

/** `api` tokens open the API with a role; `node` tokens open the node API and nothing else. */
export type TokenKind = 'api' | 'node'

export interface TokenView {
  id: string
  name: string
  kind: TokenKind
  /** Null of a node token. */
  role: Role | null
  /** The first characters, to tell tokens apart. */
  prefix: string
  /** ISO 8601, as are the others. */
  createdAt: string
  lastUsedAt: string | null
  expiresAt: string | null
}
