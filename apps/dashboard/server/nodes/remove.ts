import { SwitchyardError } from '@switchyard/core/errors'
import { actorOf, type Caller } from '../access/caller.ts'
import { recordAudit } from '../audit/record.ts'
import type { Services } from '../services.ts'

/**
 * Forgets a node and what it said. What happened to targets there stays: it is their history. A node that still runs is
 * there again with its next report.
 */
export async function removeNode(services: Services, caller: Caller, name: string): Promise<Record<string, never>> {
  if (!services.nodes.get(name)) throw new SwitchyardError('not_found')
  await services.db.$transaction(async (tx) => {
    await tx.node.deleteMany({ where: { name } })
    const audit = { actor: actorOf(caller), action: 'remove', kind: 'nodes', resource: name, detail: [] }
    await recordAudit(tx, services.now(), audit)
  })
  services.nodes.forget(name)
  services.traffic.forget(name)
  services.health.forget(name)
  return {}
}
