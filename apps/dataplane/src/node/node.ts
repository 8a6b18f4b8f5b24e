import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'
import { type AdminServer, startAdminServer } from '../admin/admin-server.ts'
import { formatMetrics } from '../admin/metrics.ts'
import { type FileFollower, followFile } from '../config-file/follow-file.ts'
import { describeProblem } from '../config-file/read-file.ts'
import { createControlClient } from '../control/client.ts'
import { type Follower, followControl } from '../control/follow-control.ts'
import { type Reporter, startReporter } from '../control/reporter.ts'
import { NodeHealth } from '../health/node-health.ts'
import type { Identity } from '../identity.ts'
import type { Options } from '../options.ts'
import { watchProcess } from '../process-state.ts'
import { Applier } from '../revisions/applier.ts'
import { createLastGoodStore, type LastGoodStore } from '../revisions/last-good.ts'
import { Fleet } from '../supervisor/fleet.ts'
import type { StartMessage } from '../supervisor/messages.ts'
import type { WorkerProcess } from '../supervisor/worker-process.ts'
import { openSink } from '../traffic/observe/log-sink.ts'
import type { AddressPolicyOptions } from '../traffic/traffic.ts'
import { affinityKeyOf } from './affinity-key.ts'
import { Collector } from './collector.ts'
import { describeNode } from './describe-node.ts'
import { leadOf } from './lead.ts'
import { lookOf } from './look.ts'
import type { NodeState } from './node-state.ts'
import { reportedEvents, toReport } from './report.ts'

/** Something that keeps a node from starting; a sentence (or a line each) for the one who starts it. */
export class StartError extends Error {}

const startWithinMs = 60_000
const reopenWithinMs = 10_000

/** The supervisor's side of a node: the workers, what they are told to serve, and what is told of them. */
export class Node {
  readonly #options: Options
  readonly #identity: Identity
  readonly #log: Log
  readonly #fleet: Fleet
  readonly #store: LastGoodStore
  readonly #applier: Applier
  readonly #collector: Collector
  readonly #health: NodeHealth
  readonly #watchSelf = watchProcess()
  /** So that a TLS session begun with one worker is resumed by another, and by the one that takes its place. */
  readonly #ticketKeys = randomBytes(48).toString('base64')
  readonly #affinityKey: string
  #admin: AdminServer | undefined
  #file: FileFollower | undefined
  #control: Follower | undefined
  #reporter: Reporter | undefined
  #said = false
  #shuttingDown = false

  constructor(options: Options, identity: Identity, program: string, log: Log) {
    this.#options = options
    this.#identity = identity
    this.#log = log
    this.#affinityKey = affinityKeyOf(identity.data, log).toString('base64')
    this.#fleet = new Fleet({
      count: options.workers,
      startMessage: (index) => this.#startMessage(index),
      program,
      log,
      random: Math.random,
      onStarted: (worker) => this.#initiate(worker),
      onReplaced: (worker) => this.#applier.bringUp(worker),
      onTold: (worker, told) => this.#health.told(worker.index, told),
    })
    this.#store = createLastGoodStore(identity.data, log)
    this.#applier = new Applier({
      fleet: this.#fleet,
      store: this.#store,
      origin: options.source.type === 'file' ? options.source.path : 'control',
      addressPolicy: () => this.#addressPolicy,
      log,
      onOutcome: () => this.#outcomeChanged(),
      onReady: ({ number, secrets }, config) =>
        this.#health.apply({ number, config, secrets: secrets && new Map(Object.entries(secrets.values)) }),
      onServing: () => this.#health.serves(),
    })
    this.#collector = new Collector(this.#fleet, log, (views) => {
      const look = lookOf(views, this.#fleet.workers.length, this.#collector.counters)
      if (look) this.#health.looked(look)
    })
    this.#health = new NodeHealth({
      tell: (message) => {
        for (const worker of this.#fleet.workers) worker.tell(message)
      },
      look: () => void this.#collector.look(),
      onEvent: () => this.#reporter?.hurry(),
      log,
      maxProbes: options.maxProbes,
      addressPolicy: () => this.#addressPolicy,
      folder: this.#folder,
    })
  }

  /** @throws StartError when it cannot serve and nothing later could change that */
  async start(): Promise<void> {
    await this.#startAdmin()
    await this.#tryAccessLog()
    this.#fleet.start()
    const complete = await this.#fleet.complete(startWithinMs)
    if (this.#shuttingDown) return
    if (!complete) throw new StartError('The workers did not start in time.')
    const { source } = this.#options
    if (source.type === 'file') await this.#startFile(source.path)
    else await this.#startControl(source)
  }

  /** Reads the configuration file again, or, with a control plane, only the files that the revision refers to. */
  reload(): void {
    if (this.#file) this.#file.reload()
    else this.#applier.refresh()
  }

  /** Opens the access log anew, in every worker. What they log themselves goes to standard output, which stays. */
  reopenLogs(): void {
    for (const worker of this.#fleet.workers) void worker.ask({ type: 'reopen' }, reopenWithinMs)
  }

  /** Stops being ready, waits a moment, accepts nothing new, and ends when everything in hand is finished or the deadline has come. */
  async close(): Promise<void> {
    const { shutdownWaitMs, drainMs } = this.#options
    this.#shuttingDown = true
    this.#log.info({ drainMs }, 'shutting down')
    this.#file?.close()
    this.#control?.close()
    await new Promise((resolve) => setTimeout(resolve, shutdownWaitMs))
    await this.#fleet.close(drainMs)
    // Until now: a node that drains for a while is not one that went silent.
    this.#reporter?.close()
    this.#collector.destroy()
    this.#health.close()
    this.#admin?.close()
    this.#log.info({}, 'ended')
  }

  /** Ends everything now. */
  destroy(): void {
    this.#fleet.destroy()
    this.#health.close()
    this.#admin?.close()
  }

  #startMessage(index: number): StartMessage {
    const { workers, logLevel, accessLog } = this.#options
    return {
      type: 'start',
      index,
      count: workers,
      lead: leadOf(this.#identity.name, workers),
      node: this.#identity.name,
      logLevel,
      accessLog,
      ticketKeys: this.#ticketKeys,
      affinityKey: this.#affinityKey,
      folder: this.#folder,
      addressPolicy: this.#addressPolicy,
    }
  }

  /** Before it serves anything, a worker that takes the place of another one knows what that one knew. */
  #initiate(worker: WorkerProcess): void {
    const verdicts = this.#health.whole()
    if (verdicts.length > 0) worker.tell({ type: 'verdicts', whole: true, verdicts })
  }

  get #folder(): string {
    const { source } = this.#options
    return source.type === 'file' ? dirname(source.path) : this.#identity.data
  }

  get #addressPolicy(): AddressPolicyOptions {
    return { allow: this.#options.allowAddresses, own: this.#admin ? [this.#admin.endpoint] : [] }
  }

  async #startAdmin(): Promise<void> {
    const at = this.#options.admin
    if (!at) return
    if (!/^(127\.|::1$|localhost$)/.test(at.host)) {
      this.#log.warn(
        { host: at.host },
        'the admin address is not a loopback address: whoever reaches it can read the state',
      )
    }
    const sources = {
      ready: () => this.#ready(),
      state: () => this.state(),
      metrics: async () => {
        const state = await this.state()
        return formatMetrics(state, this.#watchSelf(), [...this.#collector.metrics.all(), ...this.#health.series()])
      },
    }
    try {
      this.#admin = await startAdminServer(at, sources)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE')
        throw new StartError(`The admin address ${at.host}:${at.port} cannot be opened: ${code}.`)
      throw new StartError(
        `The port ${at.port} of the admin address is in use. Choose another with --admin ${at.host}:PORT, or --admin off.`,
      )
    }
  }

  /** The workers write it, and go on without: at the start it is better said. */
  async #tryAccessLog(): Promise<void> {
    const destination = this.#options.accessLog?.destination
    if (destination?.type !== 'file') return
    try {
      const sink = await openSink(destination)
      await sink.close()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new StartError(`The access log ${destination.path} cannot be opened: ${code}.`)
    }
  }

  async #startFile(path: string): Promise<void> {
    this.#file = await followFile(path, this.#applier, this.#log)
    const { first } = this.#file
    if (first.status === 'applied') return
    if (await this.#serveLastGood(path)) {
      this.#applier.refuse(first, first)
      return
    }
    const problems = first.problems.map((problem) => describeProblem(path, problem))
    throw new StartError([`${path} cannot be served: ${first.message}`, ...problems].join('\n'))
  }

  async #startControl(at: { url: string; token: string }): Promise<void> {
    await this.#serveLastGood('control')
    const client = createControlClient(at)
    this.#control = followControl({
      client,
      node: this.#identity.name,
      serving: () => {
        const serving = this.#applier.serving
        if (!serving) return undefined
        const { number, hash, message } = serving
        return { number, hash, ...(message.secrets && { secrets: { version: message.secrets.version } }) }
      },
      onSnapshot: (snapshot) => void this.#applier.submit({ ...snapshot, source: 'control' }),
      log: this.#log,
      random: Math.random,
    })
    let arrived = 0
    this.#reporter = startReporter({
      client,
      collect: async () => toReport(await this.state(), this.#health.events.after(arrived, reportedEvents)),
      onArrived: ({ events }) => {
        arrived = events.at(-1)?.seq ?? arrived
        return this.#health.events.last > arrived
      },
      log: this.#log,
    })
  }

  async #serveLastGood(origin: string): Promise<boolean> {
    const stored = await this.#store.load(origin)
    if (!stored) return false
    const { number, hash, document, publishedAt, savedAt, secrets } = stored
    this.#log.warn({ number, hash, savedAt }, 'starting from the last good configuration')
    const outcome = await this.#applier.submit({ number, hash, document, publishedAt, secrets, source: 'snapshot' })
    return outcome?.status === 'applied'
  }

  #outcomeChanged(): void {
    this.#reporter?.hurry()
    const { serving } = this.#applier
    if (serving) this.#collector.metrics.keep(serving.names)
    if (this.#said || !serving) return
    this.#said = true
    const { number, hash, source, listeners } = serving
    const workers = this.#fleet.workers.length
    this.#log.info(
      { listeners, admin: this.#admin?.address ?? 'off', workers, revision: { number, hash, source } },
      'ready',
    )
  }

  #ready(): boolean {
    const serves = this.#fleet.workers.some((worker) => worker.serving !== undefined)
    return serves && !this.#shuttingDown
  }

  async state(): Promise<NodeState> {
    const workers = await this.#collector.look()
    return describeNode({
      identity: this.#identity,
      source: this.#options.source,
      ready: this.#ready(),
      shuttingDown: this.#shuttingDown,
      serving: this.#applier.serving,
      outcome: this.#applier.outcome,
      control: this.#control,
      lastGood: this.#store.newest,
      workers,
      workerRestarts: this.#fleet.restarts,
      counters: this.#collector.counters,
      health: this.#health,
      now: Date.now(),
    })
  }
}
