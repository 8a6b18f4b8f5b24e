import type { Target } from './contract.ts'

/**
 * Targets laid end to end, each as long as its weight. Weights are copied, since the caller's live objects may get a
 * new one while a request still uses the balancer.
 */
export interface WeightRanges {
  /** Where each target's range ends; it begins where the one before it ends. */
  readonly ends: Float64Array
  readonly total: number
}

export function layOutWeights(targets: readonly Target[]): WeightRanges {
  const ends = new Float64Array(targets.length)
  let total = 0
  targets.forEach((target, index) => {
    total += target.weight
    ends[index] = total
  })
  return { ends, total }
}

/** The index of the target in whose range a place lies, 0 ≤ place < total. A weight of 0 has no places. */
export function indexAt(ranges: WeightRanges, place: number): number {
  const { ends } = ranges
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ends[middle] as number) > place) high = middle
    else low = middle + 1
  }
  return low
}
