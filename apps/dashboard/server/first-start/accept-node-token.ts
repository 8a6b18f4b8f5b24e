import { hashToken } from '../access/random-token.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { insertToken } from '../tokens/insert-token.ts'

/** The name of the token in the list; there is one such token, the newest. */
const name = 'SWITCHYARD_NODE_TOKEN'

/** Accepts the node token of the environment from now on, instead of the one of an earlier start. */
export async function acceptNodeToken(services: Services, token: string): Promise<void> {
  const now = services.now()
  await services.db.$transaction(async (tx) => {
    if (await tx.token.findUnique({ where: { hash: hashToken(token) } })) return
    await tx.token.deleteMany({ where: { name, kind: 'node' } })
    await insertToken(tx, now, { name, kind: 'node', role: null, expiresAt: null, token })
    const detail = ['node token of the environment']
    await recordAudit(tx, now, { actor: 'console', action: 'create', kind: 'tokens', resource: name, detail })
  })
}
