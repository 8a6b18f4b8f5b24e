import { balancedTargets } from './balanced-targets.ts'
import { asTarget, checkStrategy, createBalancer, type KnownTarget, predictShares, strategyOf } from './create.ts'
import { type KeySpace, keySpaceShares, movedShare } from './key-space.ts'
import { simulatePicks } from './simulate-picks.ts'
import type { StrategyConfig } from './union.ts'

/** A target with what is known of it. */
export interface ExplainedTarget extends KnownTarget {
  /** What its answers take; absent: as long as those of the others. */
  readonly latencyMs?: number | undefined
}

export interface ExplainOptions {
  readonly picks: number
  /** Of the simulation; the same seed gives the same picks. */
  readonly seed: number
  /** Requests at once in the simulation; absent: 8 for each target that is eligible. */
  readonly concurrency?: number | undefined
  /** Of the upstream; absent: 0. */
  readonly tierMinPercent?: number | undefined
}

export interface Explanation {
  /** Exact where a formula exists; simulated where picks depend on what is in hand. */
  readonly method: 'exact' | 'simulated'
  /** The tier that serves; undefined when no target takes traffic. */
  readonly tier: number | undefined
  /** No target is healthy; what is said here is what `use-all` does. */
  readonly noneHealthy: boolean
  /** In the order given. */
  readonly targets: readonly ExplainedShare[]
}

export interface ExplainedShare {
  readonly id: string
  /** From 0 to 1; all together 1, or 0 when no target takes traffic. */
  readonly share: number
  /** Of so many picks: what is expected, or what the simulation counted. */
  readonly picks: number
  /** Why it gets none, where something keeps it from any. */
  readonly without?: 'disabled' | 'draining' | 'weight-0' | 'other-tier' | 'unhealthy'
}

/**
 * The share of the traffic that each target is expected to get of so many picks.
 *
 * The simulation is a closed model: so many requests at once, each of which makes place for the next when it ends. All
 * take equally long unless latencies are given, so that the oldest ends first. Keys are all different. With what
 * `checkStrategy` refuses, shares are 0.
 */
export function explainBalancing(
  strategy: StrategyConfig,
  targets: readonly ExplainedTarget[],
  options: ExplainOptions,
): Explanation {
  const { picks, tierMinPercent = 0 } = options
  const found = balancedTargets(targets, tierMinPercent)
  const simulated = strategyOf(strategy).followsLoad?.(strategy) === true
  const shares =
    simulated && checkStrategy(strategy, targets).length === 0
      ? simulatedShares(strategy, targets, found, options)
      : predictShares(strategy, targets, { tierMinPercent })
  return {
    method: simulated ? 'simulated' : 'exact',
    tier: found.tier,
    noneHealthy: found.noneHealthy,
    targets: targets.map((target, index) => {
      const share = shares[index] as number
      const without = found.eligible[index] ? undefined : reasonOf(target, found.tier)
      return { id: target.id, share, picks: share * picks, ...(without && { without }) }
    }),
  }
}

function simulatedShares(
  strategy: StrategyConfig,
  targets: readonly ExplainedTarget[],
  { members, eligible }: ReturnType<typeof balancedTargets>,
  { picks, seed, concurrency }: ExplainOptions,
): number[] {
  const counts = simulatePicks(
    (live, services) => createBalancer(strategy, live, services),
    members.map((index) => {
      const { latencyMs = 1, ...target } = targets[index] as ExplainedTarget
      return { ...asTarget(target), latencyMs, eligible: eligible[index] === true }
    }),
    { picks, seed, concurrency: concurrency ?? 8 * eligible.filter(Boolean).length, key: keyName(strategy) },
  )
  const shares = targets.map(() => 0)
  members.forEach((index, member) => {
    shares[index] = (counts[member] as number) / picks
  })
  return shares
}

function keyName(strategy: StrategyConfig): string {
  return 'key' in strategy && 'name' in strategy.key ? strategy.key.name : ''
}

function reasonOf(target: ExplainedTarget, tier: number | undefined): NonNullable<ExplainedShare['without']> {
  if (target.enabled === false) return 'disabled'
  if (target.drain === true) return 'draining'
  if (target.weight === 0) return 'weight-0'
  return (target.tier ?? 0) === tier ? 'unhealthy' : 'other-tier'
}

export interface Move {
  /** The share of the key space, from 0 to 1, that goes to another target than before. */
  readonly moved: number
  /** What must move in any way of dividing it, since shares change. */
  readonly least: number
}

/**
 * Which share of the keys changes its target from one list of targets to another, exactly; targets are the same by id.
 * Undefined for strategies that do not hash, and with what `checkStrategy` refuses.
 */
export function explainMove(
  strategy: StrategyConfig,
  before: readonly KnownTarget[],
  after: readonly KnownTarget[],
  { tierMinPercent = 0 }: { tierMinPercent?: number | undefined } = {},
): Move | undefined {
  const one = keySpaceOf(strategy, before, tierMinPercent)
  const other = keySpaceOf(strategy, after, tierMinPercent)
  if (one === undefined || other === undefined) return undefined
  const sharesAfter = new Map(other.ids.map((id, index) => [id, other.shares[index] as number]))
  const least = one.ids.reduce(
    (sum, id, index) => sum + Math.max(0, (one.shares[index] as number) - (sharesAfter.get(id) ?? 0)),
    0,
  )
  return { moved: movedShare(one.space, other.space, { before: one.ids, after: other.ids }), least }
}

function keySpaceOf(
  strategy: StrategyConfig,
  targets: readonly KnownTarget[],
  tierMinPercent: number,
): { space: KeySpace; ids: string[]; shares: number[] } | undefined {
  if (checkStrategy(strategy, targets).length > 0) return undefined
  const { members, eligible } = balancedTargets(targets, tierMinPercent)
  const balanced = members.map((index) => asTarget(targets[index] as KnownTarget))
  const taking = new Set(balanced.filter((_, member) => eligible[members[member] as number]))
  const space = strategyOf(strategy).keySpace?.(balanced, strategy, (target) => taking.has(target))
  if (space === undefined) return undefined
  return { space, ids: balanced.map(({ id }) => id), shares: keySpaceShares(space, balanced.length) }
}
