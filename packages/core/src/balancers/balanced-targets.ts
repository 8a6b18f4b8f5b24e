/** What decides over whether a target is balanced over; what is absent counts as its default, and as healthy. */
interface TierTarget {
  readonly weight?: number | undefined
  readonly enabled?: boolean | undefined
  readonly drain?: boolean | undefined
  readonly tier?: number | undefined
  readonly healthy?: boolean | undefined
}

export interface BalancedTargets {
  /** Undefined when no target takes traffic. */
  readonly tier: number | undefined
  /** The indexes of what the balancer of that tier is made with: what is enabled, in order. */
  readonly members: readonly number[]
  /** Of all targets: which of them may be picked. */
  readonly eligible: readonly boolean[]
  /** None is healthy. All of the lowest tier are eligible then, as `use-all` has it. */
  readonly noneHealthy: boolean
}

/**
 * The tier that serves, as nodes find it: the lowest of whose targets at least this share is healthy, else the lowest with
 * any that is. Only targets count that take traffic.
 */
export function balancedTargets(targets: readonly TierTarget[], tierMinPercent: number): BalancedTargets {
  const tiers = new Map<number, { all: number; healthy: number }>()
  for (const target of targets) {
    if (!takesTraffic(target)) continue
    const counts = tiers.get(target.tier ?? 0) ?? { all: 0, healthy: 0 }
    counts.all++
    if (target.healthy !== false) counts.healthy++
    tiers.set(target.tier ?? 0, counts)
  }
  const ascending = [...tiers].sort(([a], [b]) => a - b)
  const living = ascending.filter(([, { healthy }]) => healthy > 0)
  const enough = living.find(([, { all, healthy }]) => healthy * 100 >= tierMinPercent * all)
  const tier = (enough ?? living[0] ?? ascending[0])?.[0]
  const noneHealthy = tier !== undefined && living.length === 0
  const inTier = (target: TierTarget) => target.enabled !== false && (target.tier ?? 0) === tier
  return {
    tier,
    members: targets.flatMap((target, index) => (inTier(target) ? [index] : [])),
    eligible: targets.map(
      (target) => inTier(target) && takesTraffic(target) && (noneHealthy || target.healthy !== false),
    ),
    noneHealthy,
  }
}

function takesTraffic({ enabled, drain, weight }: TierTarget): boolean {
  return enabled !== false && drain !== true && weight !== 0
}
