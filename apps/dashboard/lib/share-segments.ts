import type { WrittenTarget } from '@switchyard/core/balancers/create'

interface MeasuredTargets {
  targets: Record<string, { requests: number; share: number }>
}

/** The segments of an upstream's share bar: what is predicted of each target, and what was measured if anything was. */
export function shareSegments(
  targets: readonly WrittenTarget[],
  predicted: ReadonlyMap<string, number>,
  measured: MeasuredTargets | undefined,
) {
  const seen = Object.values(measured?.targets ?? {}).some(({ requests }) => requests > 0)
  return targets.map((target) => ({
    id: target.id,
    predicted: predicted.get(target.id) ?? 0,
    measured: seen ? (measured?.targets[target.id]?.share ?? 0) : undefined,
    draining: target.drain === true,
  }))
}
