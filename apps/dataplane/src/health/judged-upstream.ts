import { type ServingTier, servingTier } from '@switchyard/core/balancers/serving-tier'
import type { Cause, TargetEventType } from '@switchyard/core/target-events'
import type { AttemptTally, Verdict } from '../traffic/traffic.ts'
import { judgesAttempts } from './attempt-failures.ts'
import type { Drains } from './drains.ts'
import type { DueTimes } from './due-times.ts'
import type { NewEvent } from './event-ring.ts'
import { type Ending, JudgedTarget, keyOf, type UpstreamConfig } from './judged-target.ts'

/** What the judges of all upstreams share. */
export interface Judging {
  readonly onEvent: (event: NewEvent) => void
  /** What comes to its end by time. */
  readonly endings: DueTimes<Ending>
  readonly drains: Drains
  /** Something has changed: `settle` is to be called. */
  readonly changed: (upstream: JudgedUpstream) => void
}

/** Judges the targets of one upstream. It lives as long as revisions name the upstream. Times are milliseconds, monotonic. */
export class JudgedUpstream {
  readonly id: string
  /** As the latest revision has it. */
  config: UpstreamConfig
  /** In the order of the document. */
  targets: readonly JudgedTarget[] = []
  /** Another number whenever something has changed that decides who gets what. */
  version = 0
  #serving: ServingTier | undefined
  #choice: string | null = null
  readonly #judging: Judging
  readonly #byKey = new Map<string, JudgedTarget>()
  /** Those of which something may have changed that the workers are to know. */
  readonly #touched = new Set<JudgedTarget>()

  constructor(config: UpstreamConfig, judging: Judging) {
    this.id = config.id
    this.config = config
    this.#judging = judging
  }

  get tier(): number {
    return this.#serving?.tier ?? 0
  }

  /** No target is well, and what is done about it; null while one is. */
  get noneEligible(): string | null {
    return this.#choice
  }

  target(id: string, url: string): JudgedTarget | undefined {
    return this.#byKey.get(keyOf(this.id, id, url))
  }

  /**
   * Takes over what the next revision says. What does not depend on what it changes, stays.
   *
   * @param begun the node had served before
   */
  change(config: UpstreamConfig, revision: number, begun: boolean, now: number): void {
    const before = this.config
    this.config = config
    const took = new Set(this.targets.filter((target) => target.takesTraffic))
    const gone = new Set(this.targets)
    this.targets = config.targets.map((written) => {
      const known = this.target(written.id, written.url)
      if (!known) return this.#add(written, revision, begun, now)
      gone.delete(known)
      this.#changeTarget(known, written, revision, now)
      return known
    })
    for (const target of gone) this.remove(target, before.drainMs, revision, now)
    for (const target of this.targets) {
      if (before.health.active && !config.health.active) target.probes.forget(now)
      if (target.ejection.until !== undefined && !judgesAttempts(config.health.passive)) this.#restore(target, now)
      this.#fitSlowStart(target)
      // At the start of a node, or of an upstream, nobody else could take what is held back.
      if (target.takesTraffic && took.size > 0 && !took.has(target)) this.#beginSlowStart(target, now)
    }
    const taking = this.targets.filter((target) => target.takesTraffic)
    for (const target of this.targets) {
      target.sole = taking.length === 1 && target === taking[0]
      this.#touch(target)
    }
    // Of an upstream without targets, too.
    this.#judging.changed(this)
  }

  /** A revision names it no more. */
  remove(target: JudgedTarget, drainMs: number, revision: number, now: number): void {
    const { endings, drains } = this.#judging
    this.#byKey.delete(keyOf(this.id, target.id, target.url))
    endings.remove(target.ejectionEnd)
    endings.remove(target.slowStartEnd)
    this.#say(target, 'removed', { revision })
    if (target.leaves) return
    drains.begin(target, now + drainMs)
    this.#say(target, 'draining', { revision, forMs: drainMs })
  }

  /** @param cause why the probe failed; undefined when it did not */
  probed(target: JudgedTarget, cause: Cause | undefined, now: number): void {
    const { active } = this.config.health
    if (!active || this.target(target.id, target.url) !== target) return
    const { firstFailure, before, changed } = target.probes.judge(cause, active, now)
    if (firstFailure) this.#say(target, 'probe-failed', { cause })
    if (!changed) return
    this.#touch(target)
    if (cause) {
      this.#say(target, 'unhealthy', { cause })
      this.#stopSlowStart(target)
      return
    }
    // At the start of a node it is no news that a target is well.
    if (before === 'unhealthy' || target.joined) this.#say(target, 'healthy', {})
    this.#comeBack(target, now)
  }

  /** How attempts at one of its targets ended, as one worker tells it. */
  attempted(tally: AttemptTally, now: number): void {
    const target = this.target(tally.target, tally.url)
    // What was under way when it was taken out says nothing new.
    if (!target || target.ejection.until !== undefined) return
    const { passive } = this.config.health
    const cause = target.failures.add(tally, passive, now)
    if (!cause || !this.#mayEject(target)) return
    const forMs = target.ejection.begin(cause, passive, now)
    target.failures.forget()
    this.#judging.endings.set(target.ejectionEnd, now + forMs)
    this.#say(target, 'ejected', { cause, forMs })
    this.#stopSlowStart(target)
    this.#touch(target)
  }

  /** Something of one of its targets has come to its end by time. */
  ended({ target, what }: Ending, now: number): void {
    if (what === 'ejection') this.#restore(target, now)
    else this.#endSlowStart(target)
    this.#touch(target)
  }

  /**
   * Finds out what follows from what has changed, and says what is new.
   *
   * @param revision that is the reason, while it does not serve yet. What it takes out is told by `release`: others might be
   *   missing in its place until then.
   * @returns what the workers are to be told
   */
  settle(now: number, revision: number | undefined): Verdict[] {
    this.version++
    this.#settleTier(revision)
    const touched = [...this.#touched]
    this.#touched.clear()
    return touched.flatMap((target) => {
      if (revision !== undefined && target.out && !target.toldOut) target.held = true
      if (target.held && target.out) return []
      target.held = false
      return target.notice() ? target.verdict(now) : []
    })
  }

  /** The latest revision serves. */
  release(now: number): Verdict[] {
    return this.targets.flatMap((target) => {
      if (!target.held) return []
      target.held = false
      return target.notice() ? target.verdict(now) : []
    })
  }

  #touch(target: JudgedTarget): void {
    this.#touched.add(target)
    this.#judging.changed(this)
  }

  #settleTier(revision: number | undefined): void {
    const before = this.#serving
    const after = servingTier(this.targets, this.config.tierMinPercent)
    this.#serving = after
    const by = revision !== undefined && { revision }
    const { onEvent } = this.#judging
    if (before && before.tier !== after.tier) {
      onEvent({ type: 'tier-changed', upstream: this.id, before: before.tier, after: after.tier, ...by })
    }
    const { whenNoneEligible } = this.config
    const stated = typeof whenNoneEligible === 'string' ? whenNoneEligible : whenNoneEligible.upstream
    const choice = after.noneEligible ? stated : null
    if (choice === this.#choice) return
    this.#choice = choice
    if (choice === null) onEvent({ type: 'some-eligible', upstream: this.id, ...by })
    else onEvent({ type: 'none-eligible', upstream: this.id, choice, ...by })
  }

  #add(config: UpstreamConfig['targets'][number], revision: number, begun: boolean, now: number): JudgedTarget {
    const target = new JudgedTarget(this.id, config, begun, now)
    this.#byKey.set(keyOf(this.id, target.id, target.url), target)
    this.#judging.drains.end(target)
    if (begun) this.#say(target, 'added', { revision })
    return target
  }

  #changeTarget(target: JudgedTarget, config: UpstreamConfig['targets'][number], revision: number, now: number): void {
    const { config: before, leaves: left } = target
    target.config = config
    const forMs = this.config.drainMs
    const { drains } = this.#judging
    if (left && !target.leaves) drains.end(target)
    if (!left && target.leaves) drains.begin(target, now + forMs)
    if (before.weight !== config.weight) {
      this.#say(target, 'weight-changed', { before: before.weight, after: config.weight, revision })
    }
    if (before.enabled && !config.enabled) this.#say(target, 'disabled', { revision })
    if (!before.enabled && config.enabled) this.#say(target, 'enabled', { revision })
    if (!left && target.leaves) this.#say(target, 'draining', { revision, forMs })
    if (before.drain && !config.drain) this.#say(target, 'undrained', { revision })
  }

  /** At most a stated share is out because of failures, and never the last one. */
  #mayEject(target: JudgedTarget): boolean {
    const taking = this.targets.filter((one) => one.takesTraffic)
    if (!target.takesTraffic || taking.length === 1) return false
    const ejected = taking.filter((one) => one.ejection.until !== undefined).length
    return ejected + 1 <= (taking.length * this.config.health.passive.maxEjectedPercent) / 100
  }

  #restore(target: JudgedTarget, now: number): void {
    this.#judging.endings.remove(target.ejectionEnd)
    target.ejection.end(now)
    target.failures.forget()
    this.#say(target, 'restored', {})
    this.#comeBack(target, now)
  }

  /** What kept it out is over; perhaps not all of it. */
  #comeBack(target: JudgedTarget, now: number): void {
    if (target.toldOut && !target.unwell && target.takesTraffic) this.#beginSlowStart(target, now)
  }

  #beginSlowStart(target: JudgedTarget, now: number): void {
    const { slowStart } = this.config
    if (!slowStart || target.unwell) return
    target.slowStartSince = now
    this.#judging.endings.set(target.slowStartEnd, now + slowStart.windowMs)
    this.#say(target, 'slow-start-begun', { forMs: slowStart.windowMs })
  }

  /** It goes by the window of the latest revision. */
  #fitSlowStart(target: JudgedTarget): void {
    if (target.slowStartSince === undefined) return
    const { slowStart } = this.config
    if (!target.takesTraffic) this.#stopSlowStart(target)
    else if (!slowStart) this.#endSlowStart(target)
    else this.#judging.endings.set(target.slowStartEnd, target.slowStartSince + slowStart.windowMs)
  }

  #endSlowStart(target: JudgedTarget): void {
    this.#stopSlowStart(target)
    this.#say(target, 'slow-start-ended', {})
  }

  #stopSlowStart(target: JudgedTarget): void {
    target.slowStartSince = undefined
    this.#judging.endings.remove(target.slowStartEnd)
  }

  #say(target: JudgedTarget, type: TargetEventType, more: Omit<NewEvent, 'type' | 'upstream' | 'target'>): void {
    this.#judging.onEvent({ type, upstream: this.id, target: target.id, ...more })
  }
}
