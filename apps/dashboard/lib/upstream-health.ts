import type { WrittenTarget } from '@switchyard/core/balancers/create'
import type { StateKind } from '../components/ui/state-mark.tsx'
import type { TargetHealth, UpstreamHealth } from './trpc.ts'

/** Whether a target is well enough to be picked for its health, as the nodes say; unknown counts as well. */
export const isWell = (health: TargetHealth): boolean => health.state === 'healthy' || health.state === 'unknown'

/** Whether requests are sent to it for all its health says: it is well, or a node uses it all the same. */
export const isUsed = (health: TargetHealth): boolean =>
  isWell(health) ||
  health.nodes.some(({ health: { state, exempt } }) => exempt === true || state === 'healthy' || state === 'unknown')

export const takesTraffic = ({ enabled, drain, weight }: WrittenTarget): boolean =>
  enabled !== false && drain !== true && weight !== 0

/** An upstream on one line: how many of the targets that take traffic are well, and the shape of the worst that is known. */
export interface UpstreamWord {
  kind: StateKind
  well: number
  of: number
}

/** Undefined where no node says anything of it. */
export function upstreamWord(
  targets: readonly WrittenTarget[],
  health: UpstreamHealth | undefined,
): UpstreamWord | undefined {
  if (health === undefined) return undefined
  const known = targets.filter(takesTraffic).flatMap(({ id }) => {
    const word = health.targets[id]
    return word === undefined ? [] : [word]
  })
  const well = known.filter(isWell).length
  const counts = { well, of: known.length }
  if (health.noneEligible.length > 0 || health.breaker === 'open' || (known.length > 0 && well === 0))
    return { kind: 'failed', ...counts }
  if (well < known.length || health.tier > lowestTier(targets) || health.breaker === 'half-open')
    return { kind: 'attention', ...counts }
  return { kind: known.length === 0 ? 'unknown' : 'ok', ...counts }
}

/** Where traffic goes while all is well. */
export const lowestTier = (targets: readonly WrittenTarget[]): number =>
  targets.filter(takesTraffic).reduce((lowest, { tier = 0 }) => Math.min(lowest, tier), 9)

/** Several choices of nodes at which none is eligible, each once: what is done about it. */
export const choicesOf = (noneEligible: UpstreamHealth['noneEligible']): { choice: string; nodes: string[] }[] => {
  const by = new Map<string, string[]>()
  for (const { node, choice } of noneEligible) by.set(choice, [...(by.get(choice) ?? []), node])
  return [...by].map(([choice, nodes]) => ({ choice, nodes }))
}

/** What shares depend on. Times move with every report of a node, and no share with them. */
export const decisiveHealth = ({ targets, ...upstream }: UpstreamHealth): UpstreamHealth => ({
  ...upstream,
  fairness: null,
  targets: Object.fromEntries(
    Object.entries(targets).map(([id, health]) => [
      id,
      {
        ...health,
        since: '',
        draining: null,
        nodes: health.nodes.map(({ node, health: said }) => ({
          node,
          health: { ...said, since: '', ejectedUntil: '' },
        })),
      },
    ]),
  ),
})
