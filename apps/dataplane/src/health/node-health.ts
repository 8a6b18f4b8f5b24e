import { predictShares } from '@switchyard/core/balancers/create'
import type { Config } from '@switchyard/core/config/model'
import type { Log } from '@switchyard/core/middleware/contract'
import type { TargetHealth } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { Told, VerdictsMessage } from '../supervisor/messages.ts'
import { createAddressPolicy } from '../traffic/address-policy.ts'
import type { SeriesSnapshot } from '../traffic/observe/metrics.ts'
import type { SecretSources } from '../traffic/tls/secrets.ts'
import type { AddressPolicyOptions, Verdict } from '../traffic/traffic.ts'
import { describeTarget, type Picked } from './describe-health.ts'
import { logEvent } from './event-log.ts'
import { EventRing } from './event-ring.ts'
import { Fairness } from './fairness.ts'
import type { JudgedTarget } from './judged-target.ts'
import type { JudgedUpstream } from './judged-upstream.ts'
import { Keeper } from './keeper.ts'
import { startProbe } from './probe.ts'
import { ProbeRules } from './probe-rules.ts'
import { ProbeSeries } from './probe-series.ts'
import { Prober, type Task } from './prober.ts'
import { questionOf } from './question.ts'
import { createWallClock } from './wall-clock.ts'

export interface NodeHealthOptions {
  /** Tells every worker. */
  readonly tell: (message: VerdictsMessage) => void
  /** Has the workers asked how they are, and `looked` called with it. */
  readonly look: () => void
  /** Something happened. */
  readonly onEvent: () => void
  readonly log: Log
  /** So many probes are under way at most. */
  readonly maxProbes: number
  readonly addressPolicy: () => AddressPolicyOptions
  /** Where relative paths of a document begin. */
  readonly folder: string
}

/** A revision as the supervisor has it. */
export interface AppliedRevision {
  readonly number: number
  readonly config: Config
  readonly secrets: ReadonlyMap<string, string> | undefined
}

/** What the workers serve, as far as it matters here. */
export interface Look {
  /** When the first of them was asked, monotonic. */
  readonly askedAt: number
  /** What a target is serving, over all workers, by `keyOf`. */
  readonly inHand: (key: string) => number
  /** Attempts since the node began, over all workers. */
  readonly requests: (upstream: string, target: string) => number
}

/** How often it is looked whether what drains is done. */
const drainLookMs = 500

const monotonic = (): number => performance.now()

/** The health of a node's targets: probes them, judges them, tells the workers, and keeps what happened. */
export class NodeHealth {
  readonly events = new EventRing()
  readonly #options: NodeHealthOptions
  readonly #keeper: Keeper
  readonly #rules: ProbeRules
  readonly #prober: Prober<JudgedTarget>
  /** By id of the upstream, as all the maps here. */
  readonly #probes = new Map<string, ProbeSeries>()
  readonly #ejections = new Map<string, number>()
  readonly #fairness = new Map<string, Fairness>()
  readonly #shares = new Map<string, { readonly version: number; readonly shares: ReadonlyMap<string, number> }>()
  readonly #toTime = createWallClock(Date.now, monotonic)
  #allowed = createAddressPolicy({ allow: [], own: [] })
  #planning: Promise<void> = Promise.resolve()
  #applied: AppliedRevision | undefined
  #endTimer: NodeJS.Timeout | undefined
  #drainTimer: NodeJS.Timeout | undefined
  #settling = false
  #closed = false

  constructor(options: NodeHealthOptions) {
    this.#options = options
    this.#rules = new ProbeRules(options.log)
    this.#keeper = new Keeper({
      onEvent: (event) => this.#note(event),
      onVerdicts: (verdicts) => options.tell({ type: 'verdicts', whole: false, verdicts }),
    })
    this.#prober = new Prober({
      limit: options.maxProbes,
      start: (question, answered) => startProbe(question, this.#allowed, answered),
      onResult: (target, why, ms) => {
        this.#seriesOf(target.upstream).probed(why === undefined, ms)
        this.#keeper.probed(target, why, monotonic())
        this.#settleSoon()
      },
      random: Math.random,
      now: monotonic,
    })
  }

  /** Every worker is ready for this revision, and none serves it yet. */
  apply(revision: AppliedRevision): void {
    this.#applied = revision
    this.#keeper.apply(revision.number, revision.config, monotonic())
    for (const byUpstream of [this.#probes, this.#ejections, this.#fairness, this.#shares]) {
      for (const id of byUpstream.keys()) if (!this.#keeper.upstreams.has(id)) byUpstream.delete(id)
    }
    this.#scheduleEnd()
  }

  /** The revision that was applied last serves on every worker. */
  serves(): void {
    this.#keeper.serves(monotonic())
    this.#lookAtDrains()
    const revision = this.#applied
    this.#planning = this.#planning
      .then(() => this.#plan(revision))
      .catch((error: unknown) => {
        this.#options.log.error({ err: error }, 'probes cannot be planned')
      })
  }

  /** All that a worker that has just started has to know. */
  whole(): Verdict[] {
    return this.#keeper.whole(monotonic())
  }

  /** @param worker its index */
  told(worker: number, told: Told): void {
    if (told.type === 'breaker') this.#keeper.breakerChanged(worker, told.change)
    else this.#keeper.attempted(told.tallies, monotonic())
    this.#scheduleEnd()
  }

  looked({ askedAt, inHand, requests }: Look): void {
    const now = monotonic()
    this.#keeper.looked(inHand, askedAt, now)
    for (const [id, upstream] of this.#keeper.upstreams) {
      const fairness = this.#fairness.get(id) ?? new Fairness()
      this.#fairness.set(id, fairness)
      const counts = new Map(upstream.targets.map((target) => [target.id, requests(id, target.id)]))
      fairness.look(counts, () => this.#expected(upstream), now)
    }
  }

  /** Undefined for a target of which nothing is known. */
  describeTarget(upstreamId: string, id: string, url: string, picked: Picked): TargetHealth | undefined {
    const upstream = this.#keeper.upstreams.get(upstreamId)
    const target = upstream?.target(id, url)
    return (
      upstream && target && describeTarget(upstream, target, picked, this.#keeper.drainsUntil(target), this.#toTime)
    )
  }

  /** Undefined for an upstream of which nothing is known. */
  describeUpstream(id: string) {
    const upstream = this.#keeper.upstreams.get(id)
    if (!upstream) return undefined
    const fairness = this.#fairness.get(id)?.at(monotonic()) ?? null
    return { tier: upstream.tier, noneEligible: upstream.noneEligible, fairness }
  }

  /** What has been counted. */
  *series(): Iterable<SeriesSnapshot> {
    for (const [upstream, { counters }] of this.#probes) yield [`probes ${upstream}`, counters, []]
    for (const [upstream, count] of this.#ejections) yield [`ejections ${upstream}`, [count], []]
  }

  close(): void {
    this.#closed = true
    this.#prober.close()
    clearTimeout(this.#endTimer)
    clearTimeout(this.#drainTimer)
  }

  #note(event: Omit<TargetEvent, 'seq' | 'at'>): void {
    const { log, onEvent } = this.#options
    logEvent(log, this.events.add(event, new Date().toISOString()))
    if (event.type === 'ejected') this.#ejections.set(event.upstream, (this.#ejections.get(event.upstream) ?? 0) + 1)
    onEvent()
  }

  /** Results that come at one time are told at one time. */
  #settleSoon(): void {
    if (this.#settling) return
    this.#settling = true
    setImmediate(() => {
      this.#settling = false
      this.#keeper.settle(monotonic())
      this.#scheduleEnd()
    })
  }

  #scheduleEnd(): void {
    clearTimeout(this.#endTimer)
    const at = this.#keeper.nextEnd
    if (at === undefined || this.#closed) return
    this.#endTimer = setTimeout(
      () => {
        this.#keeper.endDue(monotonic())
        this.#scheduleEnd()
      },
      Math.max(0, Math.ceil(at - monotonic())),
    )
  }

  #lookAtDrains(): void {
    clearTimeout(this.#drainTimer)
    if (!this.#keeper.draining || this.#closed) return
    this.#drainTimer = setTimeout(() => {
      this.#options.look()
      this.#lookAtDrains()
    }, drainLookMs)
  }

  async #plan(revision: AppliedRevision | undefined): Promise<void> {
    if (!revision || revision !== this.#applied) return
    const { addressPolicy, folder } = this.#options
    const sources: SecretSources = { secrets: revision.secrets, folder, env: process.env }
    const rules = await this.#rules.of(revision.config, sources)
    if (this.#closed || revision !== this.#applied) return
    this.#allowed = createAddressPolicy(addressPolicy())
    const tasks = new Map<JudgedTarget, Task>()
    for (const { id, config, targets } of this.#keeper.upstreams.values()) {
      const tls = rules.get(id)
      const { active } = config.health
      if (!active || !tls) continue
      const definition = JSON.stringify([active, tls.fingerprint])
      for (const target of targets) {
        if (target.config.enabled) tasks.set(target, { question: questionOf(target.url, active, tls), definition })
      }
    }
    this.#prober.plan(tasks)
  }

  #seriesOf(upstream: string): ProbeSeries {
    const series = this.#probes.get(upstream) ?? new ProbeSeries()
    this.#probes.set(upstream, series)
    return series
  }

  /** Of those that are picked. While a target is in slow start shares move all the time, and there are none when nothing is served. */
  #expected(upstream: JudgedUpstream): ReadonlyMap<string, number> | undefined {
    const { targets, version, id, config, noneEligible } = upstream
    if (noneEligible !== null && noneEligible !== 'use-all') return undefined
    if (targets.some((target) => target.slowStartSince !== undefined)) return undefined
    const known = this.#shares.get(id)
    if (known?.version === version) return known.shares
    const judged = targets.map((target) => ({ ...target.config, healthy: !target.out }))
    const predicted = predictShares(config.strategy, judged, { tierMinPercent: config.tierMinPercent })
    const all = targets.map((target, index) => [target.id, predicted[index] ?? 0] as const)
    const shares = new Map(all.filter(([, share]) => share > 0))
    this.#shares.set(id, { version, shares })
    return shares
  }
}
