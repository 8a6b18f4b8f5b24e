import type { WrittenTarget } from '@switchyard/core/balancers/create'
import type { UpstreamHealth } from './trpc.ts'
import { isUsed, takesTraffic } from './upstream-health.ts'

interface MeasuredTargets {
  targets: Record<string, { requests: number; share: number }>
}

/**
 * The segments of an upstream's share bar: what is predicted of each target, what was measured if anything was, and what
 * takes nothing because it drains or is not well.
 */
export function shareSegments(
  targets: readonly WrittenTarget[],
  predicted: ReadonlyMap<string, number>,
  measured: MeasuredTargets | undefined,
  health: UpstreamHealth | undefined,
) {
  const seen = Object.values(measured?.targets ?? {}).some(({ requests }) => requests > 0)
  return targets.map((target) => ({
    id: target.id,
    predicted: predicted.get(target.id) ?? 0,
    measured: seen ? (measured?.targets[target.id]?.share ?? 0) : undefined,
    draining: target.drain === true && target.enabled !== false,
    out: isOut(target, health),
  }))
}

/** Nobody sends it anything because it is not well; a backup that waits for its turn is not out. */
function isOut(target: WrittenTarget, health: UpstreamHealth | undefined): boolean {
  const known = health?.targets[target.id]
  return known !== undefined && takesTraffic(target) && !isUsed(known)
}
