import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'
import { usersOfSecrets } from './users-of-secrets.ts'

/** Forgets a secret, unless the draft or what serves refers to it. */
export async function removeSecret(
  services: Services,
  caller: Caller,
  { name }: { name: string },
): Promise<Record<string, never>> {
  await services.db.$transaction(async (tx) => {
    if (!(await tx.secret.findUnique({ where: { name }, select: { name: true } }))) {
      throw new SwitchyardError('not_found')
    }
    const users = usersOfSecrets(await services.drafts.read(tx), await services.heads.read(tx)).get(name) ?? []
    if (users.length > 0) {
      const problems = users.map(({ kind, id }) => ({ path: `${kind}.${id}`, message: 'refers to it' }))
      throw new SwitchyardError('in_use', { problems })
    }
    await tx.secret.delete({ where: { name } })
    const audit = { actor: actorOf(caller), action: 'remove', kind: 'secrets', resource: name, detail: [] }
    await recordAudit(tx, services.now(), audit)
  })
  services.signals.emit('secrets')
  return {}
}
