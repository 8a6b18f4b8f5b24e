import { type Explanation, explainBalancing, explainMove, type Move } from '@switchyard/core/balancers/explain'
import type { Config, Upstream } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import type { UpstreamHealthView } from '../health/health-view.ts'
import { findRevision } from '../revisions/find-revision.ts'
import { configOf } from '../revisions/head-reader.ts'
import type { Services } from '../services.ts'

export interface BalancingView extends Explanation {
  /** What is explained; null: the draft. */
  revision: number | null
  /**
   * Which share of the keys goes to another target than in what serves. Null where that cannot be said: the strategy does
   * not hash, is another one, or what serves does not have the upstream.
   */
  move: Move | null
}

/** The same each time, so that a figure moves only when something has changed. */
const seed = 1

/** What each target of an upstream is expected to get, of the draft or of a revision, with the health there is. */
export async function explainUpstream(
  services: Services,
  input: { upstream: string; picks: number; revision?: number | undefined },
): Promise<BalancingView> {
  const { picks, revision } = input
  const head = await services.heads.read()
  const upstream = upstreamOf(await readConfig(services, revision), input.upstream)
  if (!upstream) throw new SwitchyardError('not_found', { message: `There is no upstream "${input.upstream}".` })
  const health = services.health.summary(services.now()).upstreams[upstream.id]
  const { strategy, tierMinPercent } = upstream
  const targets = upstream.targets.map((target) => ({ ...target, healthy: isUsed(health, target.id) }))
  const serves = head && upstreamOf(head.config, upstream.id)
  return {
    ...explainBalancing(strategy, targets, { picks, seed, tierMinPercent }),
    revision: revision ?? null,
    move: serves ? moveFrom(serves, upstream) : null,
  }
}

async function readConfig(services: Services, revision: number | undefined): Promise<Config> {
  if (revision === undefined) return (await services.drafts.read()).config
  return configOf(await findRevision(services.db, revision))
}

const upstreamOf = ({ upstreams }: Config, id: string): Upstream | undefined =>
  upstreams.find((upstream) => upstream.id === id)

/** At some node at least; one that no node has told of counts as well. */
function isUsed(health: UpstreamHealthView | undefined, target: string): boolean {
  const known = health?.targets[target]
  if (!known) return true
  return known.nodes.some(({ health: { state, exempt } }) => exempt || state === 'healthy' || state === 'unknown')
}

function moveFrom(before: Upstream, after: Upstream): Move | null {
  const [then, now] = [before.strategy, after.strategy]
  if (!('key' in then && 'key' in now) || then.type !== now.type) return null
  if (JSON.stringify(then.key) !== JSON.stringify(now.key)) return null
  return explainMove(now, before.targets, after.targets, { tierMinPercent: after.tierMinPercent }) ?? null
}
