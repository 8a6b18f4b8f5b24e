import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller, type Role } from '../access/caller.ts'
import { randomToken } from '../access/random-token.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { insertToken } from './insert-token.ts'
import type { TokenKind } from './token-view.ts'

const dayMs = 24 * 60 * 60_000

/** By its beginning a token tells people, and secret scanners, what it opens. */
const prefixes = { api: 'swy_', node: 'swn_' }

/** Makes a token. It is shown this once: only its hash is kept. */
export async function createToken(
  services: Services,
  caller: Caller,
  input: { name: string; kind: TokenKind; role?: Role | undefined; expiresInDays?: number | undefined },
): Promise<{ id: string; token: string }> {
  const { name, kind } = input
  if (kind === 'node' && input.role !== undefined) {
    throw new SwitchyardError('invalid', { problems: [{ path: 'role', message: 'a node token has no role' }] })
  }
  const role = kind === 'node' ? null : (input.role ?? 'viewer')
  const token = randomToken(prefixes[kind])
  const now = services.now()
  const expiresAt = input.expiresInDays === undefined ? null : new Date(now + input.expiresInDays * dayMs)
  const id = await services.db.$transaction(async (tx) => {
    const made = await insertToken(tx, now, { name, kind, role, expiresAt, token })
    const detail = [role === null ? 'node token' : `API token, role ${role}`]
    await recordAudit(tx, now, { actor: actorOf(caller), action: 'create', kind: 'tokens', resource: name, detail })
    return made.id
  })
  return { id, token }
}
