import type { WrittenTarget } from '@switchyard/core/balancers/create'
import { targetsOf, type WrittenUpstream } from './predicted.ts'
import type { Change, ChangeDetail } from './trpc.ts'

const targetPath = /^targets\[([^\]]+)\](?:\.(\w+))?$/

/**
 * The upstream as it was before these changes, as far as shares go: its strategy, and its targets with weight, drain
 * and enabled. Order does not matter to a share.
 */
export function sharesBefore(after: WrittenUpstream, details: readonly ChangeDetail[]): WrittenUpstream {
  let strategy = after.strategy
  const targets = new Map(targetsOf(after).map((target) => [target.id, target]))
  for (const detail of details) {
    const [, id, key] = targetPath.exec(detail.path) ?? []
    if (detail.path === 'strategy') strategy = detail.before
    else if (detail.path.startsWith('strategy.')) {
      strategy = { ...(strategy as object), [detail.path.slice('strategy.'.length)]: detail.before }
    } else if (id !== undefined) {
      if (key !== undefined) targets.set(id, { ...(targets.get(id) as WrittenTarget), [key]: detail.before })
      else if (detail.action === 'added') targets.delete(id)
      else targets.set(id, detail.before as WrittenTarget)
    }
  }
  return { strategy, targets: [...targets.values()] }
}

/**
 * The weights that nodes have, by target id: those of an upstream as it stands in the draft, with its changes that are not
 * published taken back.
 */
export function servedWeights(id: string, draft: WrittenUpstream, changes: readonly Change[]): Map<string, number> {
  const details = changes.find((change) => change.kind === 'upstreams' && change.id === id)?.details ?? []
  return new Map(targetsOf(sharesBefore(draft, details)).map((target) => [target.id, target.weight ?? 1]))
}
