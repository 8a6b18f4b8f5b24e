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

const byType = new Map<string, Strategy>(strategies.map((strategy) => [strategy.type, strategy]))

/** Registered, or the schema would not have let the type in. */
function strategyOf(config: StrategyConfig): Strategy {
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
 * none takes traffic. Targets that are disabled or draining get 0.
 */
export function predictShares(strategy: StrategyConfig, targets: readonly WrittenTarget[]): number[] {
  const taking = targets.filter((target) => target.enabled !== false && target.drain !== true)
  const shares = strategyOf(strategy).shares(taking.map(asTarget), strategy)
  const byTarget = new Map(taking.map((target, index) => [target, shares[index] ?? 0]))
  return targets.map((target) => byTarget.get(target) ?? 0)
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

function asTarget(target: WrittenTarget): Target {
  return {
    id: target.id,
    ...hashAddress(target.url),
    weight: target.weight ?? 1,
    ramp: 1,
    inFlight: 0,
    latencyMs: Number.NaN,
  }
}
