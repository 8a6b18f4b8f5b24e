/**
 * Upper bounds of the buckets, in milliseconds. Prometheus' own ladder (5 ms to 10 s), longer at both ends: what a gateway adds, and
 * most answers of a service nearby, lie below 5 ms; and the time-outs of a target are a minute by default, so what
 * runs into one is told apart from what is merely slow.
 */
export const bucketBoundsMs: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000,
]

/** How many numbers a histogram takes: a sum, one for each bound, and one for everything above the last. */
export const histogramSize = bucketBoundsMs.length + 2

/**
 * Notes how long something took, in a histogram that begins at `at`: the sum in whole microseconds, then counts that stand for
 * themselves and are added up only when they are shown.
 */
export function addDuration(counters: number[], at: number, ms: number): void {
  let bucket = 0
  while (bucket < bucketBoundsMs.length && ms > (bucketBoundsMs[bucket] as number)) bucket++
  const microseconds = Math.round(ms * 1000)
  // A time that is not known must not make the sum unknown for ever.
  if (microseconds > 0) counters[at] = (counters[at] as number) + microseconds
  counters[at + 1 + bucket] = (counters[at + 1 + bucket] as number) + 1
}

/** A histogram by name. */
export interface Durations {
  readonly sumSeconds: number
  readonly counts: readonly number[]
}

export function readDurations(counters: readonly number[], at: number): Durations {
  return { sumSeconds: (counters[at] ?? 0) / 1e6, counts: counters.slice(at + 1, at + histogramSize) }
}
