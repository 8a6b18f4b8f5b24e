import type { Config } from '@switchyard/core/config/model'
import type { Cause } from '@switchyard/core/target-events'
import type { AttemptTally, BreakerChange, Verdict } from '../traffic/traffic.ts'
import { Drains } from './drains.ts'
import { DueTimes } from './due-times.ts'
import type { NewEvent } from './event-ring.ts'
import type { Ending, JudgedTarget, TargetName } from './judged-target.ts'
import { JudgedUpstream, type Judging } from './judged-upstream.ts'

export interface KeeperOptions {
  readonly onEvent: (event: NewEvent) => void
  /** What every worker is to be told at once. */
  readonly onVerdicts: (verdicts: readonly Verdict[]) => void
}

/** What is known of every target and upstream of a node, over all revisions. Times are milliseconds, monotonic. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #upstreams = new Map<string, JudgedUpstream>()
  readonly #endings = new DueTimes<Ending>()
  readonly #drains: Drains
  readonly #judging: Judging
  /** Those of which something has changed that is not told yet. */
  readonly #changed = new Set<JudgedUpstream>()
  /** What the workers may forget once the latest revision serves. */
  #removed: Verdict[] = []
  #begun = false
  /** Since when every worker serves the latest revision. */
  #servesSince = Number.POSITIVE_INFINITY

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#drains = new Drains(options.onEvent)
    this.#judging = {
      onEvent: options.onEvent,
      endings: this.#endings,
      drains: this.#drains,
      changed: (upstream) => this.#changed.add(upstream),
    }
  }

  get upstreams(): ReadonlyMap<string, JudgedUpstream> {
    return this.#upstreams
  }

  /** Some targets finish what they have: it is worth looking how far they are. */
  get draining(): boolean {
    return this.#drains.size > 0
  }

  /** Until when a target may finish what it has, monotonic. */
  drainsUntil(target: TargetName): number | undefined {
    return this.#drains.until(target)
  }

  /** When something comes to its end by time, monotonic. */
  get nextEnd(): number | undefined {
    return this.#endings.next
  }

  /**
   * A revision is about to serve: every worker is ready for it, none has been told to. What makes targets eligible is told
   * now; what takes them out, by `serves`.
   */
  apply(revision: number, config: Pick<Config, 'upstreams'>, now: number): void {
    this.settle(now)
    this.#servesSince = Number.POSITIVE_INFINITY
    const before = new Map([...this.#upstreams.values()].map((upstream) => [upstream, upstream.targets]))
    const gone = new Set(this.#upstreams.keys())
    for (const written of config.upstreams) {
      gone.delete(written.id)
      const upstream = this.#upstreams.get(written.id) ?? new JudgedUpstream(written, this.#judging)
      this.#upstreams.set(written.id, upstream)
      upstream.change(written, revision, this.#begun, now)
    }
    for (const id of gone) this.#remove(id, revision, now)
    for (const [upstream, targets] of before) {
      const lost = targets.filter((target) => target.noteworthy && !this.#knows(upstream, target))
      this.#removed.push(...lost.map(({ id: target, url }) => ({ upstream: upstream.id, target, url, out: false })))
    }
    this.#begun = true
    this.settle(now, revision)
  }

  /** The revision that was applied last serves on every worker. */
  serves(now: number): void {
    this.#servesSince = now
    const held = [...this.#upstreams.values()].flatMap((upstream) => upstream.release(now))
    this.#tell([...this.#removed.splice(0), ...held])
  }

  /** @param cause why the probe failed; undefined when it did not */
  probed(target: JudgedTarget, cause: Cause | undefined, now: number): void {
    this.#upstreams.get(target.upstream)?.probed(target, cause, now)
  }

  /** How attempts ended, as one worker tells it. */
  attempted(tallies: readonly AttemptTally[], now: number): void {
    for (const tally of tallies) this.#upstreams.get(tally.upstream)?.attempted(tally, now)
    this.settle(now)
  }

  /** @param worker its index */
  breakerChanged(worker: number, { upstream, state }: BreakerChange): void {
    if (this.#upstreams.has(upstream)) this.#options.onEvent({ type: breakerEvents[state], upstream, worker })
  }

  /**
   * What targets are serving.
   *
   * @param inHand of a target, over all workers, by `keyOf`
   * @param askedAt when the first of the workers was asked
   */
  looked(inHand: (key: string) => number, askedAt: number, now: number): void {
    // Before, a target may have got something new that nobody has told of.
    if (askedAt >= this.#servesSince) this.#drains.looked(inHand, now)
  }

  /** Ends what has come to its end by time. */
  endDue(now: number): void {
    for (let due = this.#endings.take(now); due; due = this.#endings.take(now)) {
      this.#upstreams.get(due.owner.target.upstream)?.ended(due.owner, now)
    }
    this.settle(now)
  }

  /** All that a worker has to know that knows nothing. */
  whole(now: number): Verdict[] {
    return [...this.#upstreams.values()].flatMap(({ targets }) =>
      targets.flatMap((target) => (target.noteworthy ? target.verdict(now) : [])),
    )
  }

  /** Tells what has changed since: verdicts to the workers, and what follows for upstreams as events. */
  settle(now: number, revision?: number): void {
    const verdicts = [...this.#changed].flatMap((upstream) => upstream.settle(now, revision))
    this.#changed.clear()
    this.#tell(verdicts)
  }

  #tell(verdicts: readonly Verdict[]): void {
    if (verdicts.length > 0) this.#options.onVerdicts(verdicts)
  }

  #remove(id: string, revision: number, now: number): void {
    const upstream = this.#upstreams.get(id)
    if (!upstream) return
    this.#upstreams.delete(id)
    this.#changed.delete(upstream)
    for (const target of upstream.targets) upstream.remove(target, upstream.config.drainMs, revision, now)
  }

  #knows(upstream: JudgedUpstream, target: JudgedTarget): boolean {
    return this.#upstreams.get(upstream.id)?.target(target.id, target.url) === target
  }
}

const breakerEvents = {
  open: 'breaker-opened',
  'half-open': 'breaker-half-open',
  closed: 'breaker-closed',
} as const
