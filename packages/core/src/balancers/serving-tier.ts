/** What decides over tiers: of one target. */
export interface TierMember {
  readonly tier: number
  /** Enabled, not draining, of a weight above 0: a decision of operators, which health does not override. */
  readonly takesTraffic: boolean
  /** Its health keeps it from being picked. */
  readonly out: boolean
}

export interface ServingTier {
  readonly tier: number
  /** Targets take traffic, and every one of them is out. */
  readonly noneEligible: boolean
}

/**
 * The tier that serves: the lowest of whose targets, as far as they take traffic, at least `minPercent` are well, and one at
 * least; else the lowest with any that is well. When none is, the lowest that has targets that take traffic; 0 when there
 * are none at all, which is no matter of health.
 */
export function servingTier(targets: Iterable<TierMember>, minPercent: number): ServingTier {
  const tiers = new Map<number, { all: number; well: number }>()
  let counted = { all: 0, well: 0 }
  let last: number | undefined
  for (const { tier, takesTraffic, out } of targets) {
    if (!takesTraffic) continue
    // Most are of the same tier as the one before: there may be 10,000.
    if (tier !== last) {
      counted = tiers.get(tier) ?? { all: 0, well: 0 }
      tiers.set(tier, counted)
      last = tier
    }
    counted.all++
    if (!out) counted.well++
  }
  const inOrder = [...tiers].sort(([a], [b]) => a - b)
  const withAny = inOrder.filter(([, { well }]) => well > 0)
  const serves = withAny.find(([, { all, well }]) => well * 100 >= minPercent * all) ?? withAny[0]
  if (serves) return { tier: serves[0], noneEligible: false }
  return { tier: inOrder[0]?.[0] ?? 0, noneEligible: inOrder.length > 0 }
}
