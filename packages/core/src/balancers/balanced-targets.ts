import { servingTier } from './serving-tier.ts'

/** What decides over whether a target is balanced over; what is absent counts as its default, and as healthy. */
interface WrittenMember {
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

/** Over which targets requests are balanced, as nodes find it. */
export function balancedTargets(targets: readonly WrittenMember[], tierMinPercent: number): BalancedTargets {
  const members = targets.map(({ weight, enabled, drain, tier = 0, healthy }) => ({
    tier,
    takesTraffic: enabled !== false && drain !== true && weight !== 0,
    out: healthy === false,
  }))
  const { tier, noneEligible } = servingTier(members, tierMinPercent)
  const anybody = members.some(({ takesTraffic }) => takesTraffic)
  const inTier = (index: number) => anybody && targets[index]?.enabled !== false && members[index]?.tier === tier
  return {
    tier: anybody ? tier : undefined,
    members: targets.flatMap((_, index) => (inTier(index) ? [index] : [])),
    eligible: members.map(({ takesTraffic, out }, index) => inTier(index) && takesTraffic && (noneEligible || !out)),
    noneHealthy: noneEligible,
  }
}
