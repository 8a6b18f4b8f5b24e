/**
 * Upper bounds of the buckets, in milliseconds. Prometheus' own ladder (5 ms to 10 s), longer at both ends: what a gateway adds, and
 * most answers of a service nearby, lie below 5 ms; and the time-outs of a target are a minute by default, so what
 * runs into one is told apart from what is merely slow.
 */
export const bucketBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000] as const

const bounds: readonly number[] = bucketBoundsMs

/** How often something took how long. Counts stand for themselves; they are added up only when they are shown. */
export class Histogram {
  sumMs = 0
  /** One for each bound, and one for everything above the last. */
  readonly counts: number[] = new Array(bounds.length + 1).fill(0)

  add(ms: number): void {
    this.sumMs += ms
    let bucket = 0
    while (bucket < bounds.length && ms > (bounds[bucket] as number)) bucket++
    ;(this.counts as number[])[bucket] = (this.counts[bucket] as number) + 1
  }
}
