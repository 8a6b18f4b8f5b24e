import { randomBytes } from 'node:crypto'
import type { Context, Log } from '@switchyard/core/middleware/contract'
import { judgesAttempts } from '../health/attempt-failures.ts'
import { createAddressPolicy } from './address-policy.ts'
import { type AffinityKey, affinityKey } from './affinity-keys.ts'
import { AttemptTeller } from './attempt-teller.ts'
import { Deadlines, now } from './deadlines.ts'
import type { Exchange } from './exchange.ts'
import { forward } from './forward.ts'
import { Listener, listenerKey } from './listener.ts'
import type { LiveTarget } from './live-target.ts'
import { LiveTargets } from './live-targets.ts'
import type { LiveUpstream } from './live-upstream.ts'
import { loadReferred } from './load-referred.ts'
import { createObserver, type Observer } from './observe/observer.ts'
import { Runtime, type RuntimeServices } from './runtime.ts'
import type { Serving } from './serving.ts'
import { UpstreamSettler } from './settle-upstreams.ts'
import type { Prepared, Revision, Traffic, TrafficOptions, Verdict, WorkerState } from './traffic.ts'
import type { Upstream } from './upstream.ts'
import { liveState } from './upstream-target.ts'

/** How long the ends of tunnels and answers may take to be written once the deadline of a shut-down has passed. */
const lastWordsMs = 1000
/** The traffic of one worker. Everything that lives longer than a revision is here. */
export class Engine implements Traffic, Serving, RuntimeServices {
  readonly log: Log
  readonly targets: LiveTargets
  readonly deadlines = new Deadlines()
  readonly ids: Observer['ids']
  readonly metrics: Observer['metrics']
  readonly loadGuard: Observer['loadGuard']
  readonly accessLog: Observer['accessLog']
  readonly random: () => number
  readonly start: number
  readonly now = now
  readonly ticketKeys: Buffer
  readonly affinityKey: AffinityKey
  readonly #teller: AttemptTeller | undefined
  readonly #folder: string
  /** Those of the revision that serves, by what makes them the same socket. */
  readonly #listeners = new Map<string, Listener>()
  /** Those of no revision any more, until their last connection is gone. */
  readonly #leaving = new Set<Listener>()
  readonly #runtimes = new Set<Runtime>()
  readonly #settler = new UpstreamSettler(this.#runtimes)
  #current: Runtime | undefined

  constructor(options: TrafficOptions) {
    this.log = options.log
    this.random = options.random ?? Math.random
    const observer = options.observer ?? createObserver()
    this.ids = observer.ids
    this.metrics = observer.metrics
    this.loadGuard = observer.loadGuard
    this.accessLog = observer.accessLog
    const { index, count, lead = 0 } = options.worker ?? { index: 0, count: 1 }
    this.start = (index + lead) / Math.max(1, count)
    this.ticketKeys = options.ticketKeys ?? randomBytes(48)
    this.#folder = options.folder ?? process.cwd()
    const addressAllowed = createAddressPolicy(options.addressPolicy ?? { allow: [], own: [] })
    this.affinityKey = affinityKey(options.affinityKey ?? randomBytes(32))
    this.#teller = options.onAttempts && new AttemptTeller(options.onAttempts)
    const { deadlines } = this
    const onBreaker = options.onBreaker ?? (() => {})
    this.targets = new LiveTargets({ deadlines, addressAllowed, teller: this.#teller, onBreaker })
  }

  /** What is behind the last middleware of a route. */
  readonly forward = (ctx: Context): Promise<void> | void => {
    // Only exchanges of ours are handed to a route.
    const exchange = ctx as Exchange
    // A middleware has taken its time.
    if (exchange.gone) return
    return new Promise((resolve) => forward(exchange, this, () => resolve()))
  }

  get runtime(): Runtime | undefined {
    return this.#current
  }

  async prepare(revision: Revision): Promise<Prepared> {
    const { log } = this
    const { secrets } = revision
    const sources = { ...(secrets && { secrets }), folder: this.#folder, env: process.env }
    const referred = await loadReferred(revision.config, sources, Date.now(), this.#current?.loaded)
    for (const warning of referred.certificates.warnings) {
      log.warn({ revision: revision.number, ...warning }, 'certificate')
    }
    const runtime = await Runtime.build(revision, referred, this, this.#current)
    this.#runtimes.add(runtime)
    const opened = new Map<string, Listener>()
    const abandon = async (): Promise<void> => {
      runtime.retire(() => this.#runtimes.delete(runtime))
      await Promise.all([...opened.values()].map((listener) => listener.destroy()))
    }
    try {
      for (const [index, config] of revision.config.listeners.entries()) {
        const key = listenerKey(config)
        if (this.#listeners.has(key)) continue
        opened.set(key, await Listener.open(config, `listeners[${index}]`, this))
      }
    } catch (error) {
      await abandon()
      throw error
    }
    return { commit: () => this.#commit(revision, runtime, opened), abort: abandon }
  }

  #commit(revision: Revision, runtime: Runtime, opened: ReadonlyMap<string, Listener>): void {
    const previous = this.#current
    this.#current = runtime
    this.#settleUpstreams(runtime)
    this.#settleListeners(revision, runtime, opened)
    previous?.retire(() => this.#runtimes.delete(previous))
  }

  /** Whoever is not to get anything new gets nothing from now on, and has a time to finish. */
  #settleUpstreams(runtime: Runtime): void {
    const changed = new Set<LiveUpstream>()
    for (const live of this.targets.upstreams()) {
      const upstream = runtime.upstreams.get(live.id)
      if (live.current === upstream) continue
      live.serve(upstream)
      changed.add(live)
    }
    const named = new Set<LiveTarget>()
    for (const upstream of runtime.upstreams.values()) {
      for (const { live } of upstream.targets) named.add(live)
      if (changed.has(upstream.live)) this.#settleTargets(upstream)
    }
    for (const target of this.targets.all()) {
      if (named.has(target)) continue
      if (!target.leaving) changed.add(target.upstream)
      target.leave()
    }
    this.targets.settle(named)
    this.#settler.settle(changed)
  }

  #settleTargets({ live: owner, targets, config }: Upstream): void {
    const { drainMs, health } = config
    const wanted = judgesAttempts(health.passive)
    for (const { live, stays, tier } of targets) {
      if (stays) live.stay(drainMs)
      else live.leave(drainMs)
      live.countIn(owner.countOf(tier))
      this.targets.tellAttempts(live, wanted)
    }
  }

  #settleListeners(revision: Revision, runtime: Runtime, opened: ReadonlyMap<string, Listener>): void {
    for (const [key, listener] of opened) this.#listeners.set(key, listener)
    const wanted = new Map(revision.config.listeners.map((config) => [listenerKey(config), config]))
    for (const [key, listener] of this.#listeners) {
      const config = wanted.get(key)
      if (config) listener.serve(config, runtime.serverNames.get(config.id))
      else {
        this.#listeners.delete(key)
        this.#leave(listener)
      }
    }
  }

  #leave(listener: Listener): Promise<void> {
    this.#leaving.add(listener)
    return listener.close().then(() => void this.#leaving.delete(listener))
  }

  state(): WorkerState {
    const listeners = [...this.#listeners.values()]
    const live = [...this.targets.all()]
    const upstreams = [...(this.#current?.upstreams.values() ?? [])]
    const named = new Set(upstreams.flatMap(({ targets }) => targets.map((target) => target.live)))
    const clients = [...listeners, ...this.#leaving].reduce((sum, { connections }) => sum + connections, 0)
    return {
      revision: this.#current?.revision ?? null,
      listeners: listeners.map((listener) => listener.state()),
      upstreams: upstreams.map((upstream) => upstream.state(now())),
      leaving: live
        .filter((target) => !named.has(target))
        .map((target) => ({ ...liveState(target), upstream: target.upstream.id })),
      runtimes: this.#runtimes.size,
      sockets: { clients, targets: live.reduce((sum, { connections }) => sum + connections, 0) },
    }
  }

  judge(verdicts: readonly Verdict[], whole: boolean): void {
    this.#settler.settle(this.targets.judge(verdicts, whole))
  }

  async close(deadlineMs: number): Promise<void> {
    for (const [key, listener] of this.#listeners) {
      this.#listeners.delete(key)
      void this.#leave(listener)
    }
    const gone = Promise.all([...this.#leaving].map((listener) => listener.close())).then(() => true)
    if (!(await within(gone, deadlineMs))) {
      for (const target of this.targets.all()) target.endWork()
      await within(gone, lastWordsMs)
    }
    this.destroy()
    await gone
  }

  destroy(): void {
    for (const listener of [...this.#listeners.values(), ...this.#leaving]) void this.#leave(listener)
    for (const listener of this.#leaving) void listener.destroy()
    this.#listeners.clear()
    this.#settler.destroy()
    this.#teller?.destroy()
    this.targets.destroy()
    const current = this.#current
    this.#current = undefined
    current?.retire(() => this.#runtimes.delete(current))
    this.deadlines.destroy()
  }
}

/** Whether it came in time. */
async function within(promise: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
