import { type AttemptTeller, UntoldAttempts } from './attempt-teller.ts'
import { Judgements, targetKey, unjudged } from './judgements.ts'
import { LiveTarget, type TargetServices } from './live-target.ts'
import { LiveUpstream } from './live-upstream.ts'
import type { BreakerChange, Verdict } from './traffic.ts'

/** What they tell, and to whom. */
export interface LiveTargetsServices extends TargetServices {
  /** Undefined where nobody wants to know how attempts end. */
  readonly teller: AttemptTeller | undefined
  readonly onBreaker: (change: BreakerChange) => void
}

/**
 * Every target that a runtime names or that is still serving something, found by upstream, id and URL, with what the node
 * has judged of it; and their upstreams.
 */
export class LiveTargets {
  readonly #services: LiveTargetsServices
  readonly #targets = new Map<string, LiveTarget>()
  readonly #upstreams = new Map<string, LiveUpstream>()
  readonly #judgements = new Judgements()

  constructor(services: LiveTargetsServices) {
    this.#services = services
  }

  all(): Iterable<LiveTarget> {
    return this.#targets.values()
  }

  upstreams(): Iterable<LiveUpstream> {
    return this.#upstreams.values()
  }

  /** The live target, made when there is none; the caller holds it. */
  hold(upstream: string, id: string, url: string): LiveTarget {
    const key = targetKey(upstream, id, url)
    let target = this.#targets.get(key)
    if (!target) {
      const owner = this.holdUpstream(upstream)
      target = new LiveTarget(owner, id, url, this.#services, () => {
        this.#targets.delete(key)
        this.releaseUpstream(owner)
      })
      target.judgement = this.#judgements.of(key)
      this.#targets.set(key, target)
    }
    target.hold()
    return target
  }

  /** The live upstream, made when there is none; the caller holds it. */
  holdUpstream(id: string): LiveUpstream {
    let upstream = this.#upstreams.get(id)
    if (!upstream) {
      const { deadlines, onBreaker } = this.#services
      upstream = new LiveUpstream(id, deadlines, onBreaker)
      this.#upstreams.set(id, upstream)
    }
    upstream.holders++
    return upstream
  }

  releaseUpstream(upstream: LiveUpstream): void {
    if (--upstream.holders > 0) return
    upstream.destroy()
    if (this.#upstreams.get(upstream.id) === upstream) this.#upstreams.delete(upstream.id)
  }

  /** @returns the upstreams of which a target is judged differently now */
  judge(verdicts: readonly Verdict[], whole: boolean): Set<LiveUpstream> {
    const changed = new Set<LiveUpstream>()
    for (const key of this.#judgements.take(verdicts, whole)) {
      const target = this.#targets.get(key)
      if (!target) continue
      target.judgement = this.#judgements.of(key)
      changed.add(target.upstream)
    }
    return changed
  }

  /** A revision serves that names these. */
  settle(named: ReadonlySet<LiveTarget>): void {
    if (this.#judgements.empty) return
    const keys = new Set<string>()
    for (const [key, target] of this.#targets) {
      if (named.has(target)) keys.add(key)
      else target.judgement = unjudged
    }
    this.#judgements.keep(keys)
  }

  /** From now on it is told how attempts at this target end, or not. */
  tellAttempts(target: LiveTarget, wanted: boolean): void {
    const { teller } = this.#services
    if (!wanted || !teller) target.untold = undefined
    else target.untold ??= new UntoldAttempts(target.upstream.id, target.id, target.url, teller)
  }

  destroy(): void {
    for (const target of this.#targets.values()) target.destroy()
    for (const upstream of this.#upstreams.values()) upstream.destroy()
    this.#targets.clear()
    this.#upstreams.clear()
  }
}
