import type { LiveUpstream } from './live-upstream.ts'
import type { Runtime } from './runtime.ts'
import type { Upstream } from './upstream.ts'

/** How often the weights of targets in slow start are worked out anew. */
const rampMs = 100

/**
 * Lets the upstreams of every runtime that is still needed take over what has changed of their targets, at once; and, as time
 * passes, how far slow start is. There is a timer only while some target is in slow start.
 */
export class UpstreamSettler {
  readonly #runtimes: ReadonlySet<Runtime>
  readonly #ramping = new Set<LiveUpstream>()
  #timer: NodeJS.Timeout | undefined

  constructor(runtimes: ReadonlySet<Runtime>) {
    this.#runtimes = runtimes
  }

  /** Something has changed of these. Who waits for a target of theirs may go now, or has nothing to wait for. */
  settle(changed: ReadonlySet<LiveUpstream>): void {
    for (const live of changed) {
      const ramping = this.#some(live, (upstream) => upstream.settle())
      if (ramping) this.#ramping.add(live)
      else this.#ramping.delete(live)
    }
    this.#keepTime()
    for (const live of changed) live.line.move()
  }

  readonly #tick = (): void => {
    for (const live of this.#ramping) {
      if (!this.#some(live, (upstream) => upstream.settleRamps())) this.#ramping.delete(live)
    }
    this.#keepTime()
  }

  /** Does it to each revision of an upstream, and returns whether one said yes. */
  #some({ id }: LiveUpstream, act: (upstream: Upstream) => boolean): boolean {
    const upstreams = new Set<Upstream>()
    for (const runtime of this.#runtimes) {
      const upstream = runtime.upstreams.get(id)
      if (upstream) upstreams.add(upstream)
    }
    return [...upstreams].map(act).includes(true)
  }

  #keepTime(): void {
    if (this.#ramping.size > 0) this.#timer ??= setInterval(this.#tick, rampMs).unref()
    else this.destroy()
  }

  destroy(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
