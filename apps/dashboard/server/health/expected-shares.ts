import { predictShares } from '@switchyard/core/balancers/create'
import type { Config, Upstream } from '@switchyard/core/config/model'
import type { Report, TargetTraffic } from '@switchyard/core/node-protocol'

/** The share that each target of an upstream is expected to get, by id; only of those that are expected to get any. */
export type Shares = ReadonlyMap<string, number>

/** Of more targets it is not worked out: a ring of so many takes a while, and the API stands still meanwhile. */
const mostTargets = 1000

/** Nodes that see the same targets eligible share a result; so many different views of an upstream are remembered. */
const mostViews = 8

const remembered = new WeakMap<Upstream, Map<string, Shares>>()

/**
 * What the targets of upstreams are expected to get at a node, with those that are eligible there now. It gives undefined
 * where that cannot be said: while shares move by themselves in slow start, or when none is eligible.
 */
export function createExpectation(config: Config, report: Report): (upstream: string) => Shares | undefined {
  const words = new Map(report.upstreams.map((word) => [word.upstream, word]))
  const targets = groupByUpstream(report.targets)
  const upstreams = byId(config)
  return (id) => {
    const upstream = upstreams.get(id)
    const word = words.get(id)
    const told = targets.get(id) ?? []
    if (!upstream || !word || upstream.targets.length > mostTargets) return undefined
    if (told.some(({ health }) => health.slowStartUntil !== undefined)) return undefined
    const eligible = new Set(told.flatMap(({ target, health }) => (health.eligibleWorkers > 0 ? [target] : [])))
    const picked = upstream.targets.filter(({ id: target, tier }) => tier === word.tier && eligible.has(target))
    return picked.length === 0 ? undefined : sharesOf(upstream, new Set(picked.map(({ id: target }) => target)))
  }
}

function groupByUpstream(targets: Report['targets']): Map<string, TargetTraffic[]> {
  const groups = new Map<string, TargetTraffic[]>()
  for (const target of targets) {
    const group = groups.get(target.upstream)
    if (group) group.push(target)
    else groups.set(target.upstream, [target])
  }
  return groups
}

const indexes = new WeakMap<Config, Map<string, Upstream>>()

function byId(config: Config): Map<string, Upstream> {
  const known = indexes.get(config) ?? new Map(config.upstreams.map((upstream) => [upstream.id, upstream]))
  indexes.set(config, known)
  return known
}

function sharesOf(upstream: Upstream, picked: ReadonlySet<string>): Shares {
  const views = remembered.get(upstream) ?? new Map<string, Shares>()
  remembered.set(upstream, views)
  const view = [...picked].join(' ')
  const known = views.get(view)
  if (known) return known
  // The others keep their places, by which keys go.
  const targets = upstream.targets.map((target) => ({ ...target, healthy: picked.has(target.id) }))
  const predicted = predictShares(upstream.strategy, targets)
  const shares = new Map(
    targets.flatMap(({ id }, index) => {
      const share = predicted[index] ?? 0
      return share > 0 ? [[id, share] as const] : []
    }),
  )
  const [oldest] = views.keys()
  if (views.size >= mostViews && oldest !== undefined) views.delete(oldest)
  views.set(view, shares)
  return shares
}
