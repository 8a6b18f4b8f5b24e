import { balancedTargets } from './balanced-targets.ts'
import type { Balancer, BalancerServices, Strategy, Target } from './contract.ts'
import { strategies } from './registry.ts'
import type { StrategyConfig } from './union.ts'

/** A target as the document has it; what is absent counts as its default. */
export interface WrittenTarget {
  readonly id: string
  readonly url: string
  readonly weight?: number | undefined
  readonly enabled?: boolean | undefined
  readonly drain?: boolean | undefined
  readonly tier?: number | undefined
}

/** A target with what is known of its health. */
export interface KnownTarget extends WrittenTarget {
  /** Its health lets it be picked; absent: it does. */
  readonly healthy?: boolean | undefined
}

const byType = new Map<string, Strategy>(strategies.map((strategy) => [strategy.type, strategy]))

/** The strategy of this type. Registered, or the schema would not have let the type in. */
export function strategyOf(config: StrategyConfig): Strategy {
  return byType.get(config.type) as Strategy
}

/**
 * Makes the balancer of an upstream. `targets` are those that are enabled, in the order of the document, draining ones
 * and weights of 0 among them: a draining target is not eligible, but keeps its place, so that hashing moves only its
 * own keys.
 */
export function createBalancer(
  strategy: StrategyConfig,
  targets: readonly Target[],
  services: BalancerServices,
): Balancer {
  return strategyOf(strategy).create(targets, strategy, services)
}

/**
 * The share of traffic that each target is expected to get, from 0 to 1, in the order given, adding up to 1; all 0 when
 * none takes traffic, and when the strategy cannot work with these targets. What is disabled, draining or known to be
 * unhealthy gets 0, and so do backups while a tier before them serves. When no target is healthy, all count as if they were.
 *
 * Where shares depend on what is in hand, these are what many requests at once come to at equally fast targets;
 * `explainBalancing` simulates.
 */
export function predictShares(
  strategy: StrategyConfig,
  targets: readonly KnownTarget[],
  { tierMinPercent = 0 }: { tierMinPercent?: number | undefined } = {},
): number[] {
  const { members, eligible } = balancedTargets(targets, tierMinPercent)
  const shares = tierShares(
    strategy,
    members.map((index) => targets[index] as KnownTarget),
    members.map((index) => eligible[index] === true),
  )
  const all = targets.map(() => 0)
  members.forEach((index, member) => {
    all[index] = shares[member] as number
  })
  return all
}

/** Shares of strategies that build a table for them, which takes milliseconds: of the last few configurations asked for. */
const recent = new Map<string, number[]>()
const mostRecent = 8

function tierShares(config: StrategyConfig, members: readonly KnownTarget[], eligible: readonly boolean[]): number[] {
  const strategy = strategyOf(config)
  const find = () => {
    if (checkStrategy(config, members).length > 0) return members.map(() => 0)
    const targets = members.map(asTarget)
    const taking = new Set(targets.filter((_, member) => eligible[member]))
    return strategy.shares(targets, config, (target) => taking.has(target))
  }
  if (strategy.keySpace === undefined) return find()
  const name = JSON.stringify([config.type, members.map(({ url, weight = 1 }) => [url, weight]), eligible])
  const shares = recent.get(name) ?? find()
  recent.delete(name)
  recent.set(name, shares)
  const [oldest] = recent.keys()
  if (recent.size > mostRecent && oldest !== undefined) recent.delete(oldest)
  return shares
}

/** What is wrong with this strategy for these targets, each a sentence; disabled targets do not count. */
export function checkStrategy(strategy: StrategyConfig, targets: readonly WrittenTarget[]): string[] {
  const enabled = targets.filter((target) => target.enabled !== false)
  return strategyOf(strategy).check?.(enabled.map(asTarget), strategy) ?? []
}

/**
 * Host and port as written in a target's URL, which is what hashing places it by. The port is empty when none is
 * written, an IPv6 address keeps its brackets, and letters keep their case, as in nginx.
 */
export function hashAddress(url: string): { host: string; port: string } {
  const [, host = '', port = ''] = /^https?:\/\/(\[[^\]]*\]|[^:/?#]*)(?::([0-9]*))?/i.exec(url) ?? []
  return { host, port }
}

/** A target as a balancer sees it, with nothing in hand and its slow start behind it. */
export function asTarget(target: WrittenTarget): Target {
  return {
    id: target.id,
    ...hashAddress(target.url),
    weight: target.weight ?? 1,
    ramp: 1,
    inFlight: 0,
    latencyMs: Number.NaN,
  }
}
