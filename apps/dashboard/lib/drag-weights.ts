/** A target as its weight is dragged: what is typed or dragged now, what is saved, and the share predicted from it. */
export interface DragTarget {
  id: string
  weight: number
  saved: number
  /** 0 to 1. */
  predicted: number
}

interface Pair {
  left: DragTarget
  right: DragTarget
  /** Where the two meet: 0 to 1, from the left end of the bar. */
  at: number
  /** The part of the bar that one unit of weight takes. */
  perWeight: number
}

/** With more targets than this the segments are too narrow to take hold of, and the handles in the way. */
const mostTargets = 12

/**
 * The neighbours between which weight can be moved. Only where the strategy follows the weights to the letter:
 * elsewhere the bar would not follow the hand. Each keeps a weight of 1 at least, so two of weight 1 cannot be dragged.
 */
export function pairsToDrag(targets: readonly DragTarget[]): Pair[] {
  const taking = targets.filter(({ predicted }) => predicted > 0)
  const total = taking.reduce((sum, { weight }) => sum + weight, 0)
  if (taking.length > mostTargets || total === 0) return []
  if (taking.some(({ weight, predicted }) => Math.abs(weight / total - predicted) > 0.001)) return []
  let at = 0
  return taking.slice(0, -1).flatMap((left, i) => {
    at += left.predicted
    const right = taking[i + 1]
    return right === undefined || left.weight + right.weight < 3 ? [] : [{ left, right, at, perWeight: 1 / total }]
  })
}

/** Moves `by` from the right weight to the left one. The sum stays, both stay whole and above 0. */
export function moveWeight(left: number, right: number, by: number): { left: number; right: number } {
  const moved = Math.min(Math.max(left + by, 1), left + right - 1)
  return { left: moved, right: left + right - moved }
}
