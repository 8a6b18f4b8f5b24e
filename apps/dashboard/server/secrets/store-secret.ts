import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { randomId } from '../access/random-token.ts'
import { recordAudit } from '../audit/record.ts'
import type { Transaction } from '../database/open.ts'
import type { Services } from '../services.ts'

/** All of them travel to the nodes in one message, in the worst case. */
const maxSecrets = 10_000

/** Seals a value and keeps it under a name, in the transaction of whoever calls. The record of it does not tell the value. */
export async function storeSecret(
  tx: Transaction,
  { now, secretBox }: Services,
  caller: Caller,
  { name, value }: { name: string; value: string },
): Promise<void> {
  const actor = actorOf(caller)
  const row = {
    etag: randomId(),
    ciphertext: secretBox.seal(name, value),
    updatedAt: new Date(now()),
    updatedBy: actor,
  }
  const { count } = await tx.secret.updateMany({ where: { name }, data: row })
  if (count === 0) {
    if ((await tx.secret.count()) >= maxSecrets) {
      const problems = [{ path: 'name', message: `there are ${maxSecrets} secrets already; remove one first` }]
      throw new SwitchyardError('invalid', { problems })
    }
    await tx.secret.create({ data: { name, ...row } })
  }
  const action = count === 0 ? 'create' : 'update'
  const detail = [count === 0 ? `secret ${name} added` : `secret ${name}: value replaced`]
  await recordAudit(tx, now(), { actor, action, kind: 'secrets', resource: name, detail })
}
