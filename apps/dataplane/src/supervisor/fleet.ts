import cluster from 'node:cluster'
import type { Log } from '@switchyard/core/middleware/contract'
import { backoff } from '../backoff.ts'
import type { StartMessage, Told } from './messages.ts'
import { WorkerProcess } from './worker-process.ts'

export interface FleetOptions {
  readonly count: number
  /** What a worker of this index is to be told first. */
  readonly startMessage: (index: number) => StartMessage
  /** The program that a worker runs: the one of the supervisor, which sees that it is a worker. */
  readonly program: string
  readonly log: Log
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** A worker can be asked; nothing has been asked of it yet. */
  readonly onStarted: (worker: WorkerProcess) => void
  /** A worker that took the place of a dead one can be asked; it serves nothing yet. */
  readonly onReplaced: (worker: WorkerProcess) => void
  /** What a worker tells without being asked. */
  readonly onTold: (worker: WorkerProcess, told: Told) => void
}

/** Before it has lived this long, the end of a worker counts as one of starting. */
const shortLifeMs = 10_000
/** How much longer than its deadline a worker may take to close. */
const graceMs = 3000

/** The workers: as many as asked for, each replaced when it ends. */
export class Fleet {
  /** Workers that ended and were replaced. */
  restarts = 0
  readonly #options: FleetOptions
  readonly #workers = new Map<number, WorkerProcess>()
  /** Those of the workers that can be asked. */
  readonly #started = new Set<WorkerProcess>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #shortLives = new Map<number, number>()
  #stopping = false
  /** Those who wait for the fleet to be complete. */
  readonly #waiting = new Set<(complete: boolean) => void>()

  constructor(options: FleetOptions) {
    this.#options = options
    // Dealt to several in turn, by the supervisor; one alone accepts by itself, and no connection changes hands.
    cluster.schedulingPolicy = options.count > 1 ? cluster.SCHED_RR : cluster.SCHED_NONE
    // Without the arguments: the token may be among them.
    cluster.setupPrimary({ exec: options.program, args: [] })
  }

  /** The workers that can be asked, by index. */
  get workers(): readonly WorkerProcess[] {
    return [...this.#started].sort((a, b) => a.index - b.index)
  }

  /** Forks the workers. */
  start(): void {
    for (let index = 0; index < this.#options.count; index++) this.#fork(index)
  }

  /** Resolves when every worker can be asked, or after `withinMs`; true when they all can. */
  complete(withinMs: number): Promise<boolean> {
    if (this.#started.size === this.#options.count) return Promise.resolve(true)
    return new Promise((resolve) => {
      const settle = (complete: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(settle)
        resolve(complete)
      }
      const timer = setTimeout(() => settle(false), withinMs)
      this.#waiting.add(settle)
    })
  }

  /** Each worker lets what it has in hand finish; the rest ends at the deadline. */
  async close(deadlineMs: number): Promise<void> {
    this.#stop()
    const workers = [...this.#workers.values()]
    await Promise.all(
      workers.map(async (worker) => {
        // One that has not started has nothing in hand, and nobody to be asked.
        if (this.#started.has(worker)) await worker.ask({ type: 'close', deadlineMs }, deadlineMs + graceMs)
        worker.destroy()
        await worker.ended
      }),
    )
  }

  /** Ends every worker now. */
  destroy(): void {
    this.#stop()
    for (const worker of this.#workers.values()) worker.destroy()
  }

  #stop(): void {
    this.#stopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const settle of this.#waiting) settle(false)
  }

  #fork(index: number): void {
    const { count, startMessage, log, onStarted, onReplaced, onTold } = this.#options
    const replaces = this.#workers.has(index)
    const worker: WorkerProcess = new WorkerProcess(startMessage(index), (told) => onTold(worker, told))
    this.#workers.set(index, worker)
    void worker.started.then(() => {
      if (this.#stopping) return
      this.#started.add(worker)
      onStarted(worker)
      if (this.#started.size === count) for (const settle of this.#waiting) settle(true)
      if (!replaces) return
      log.info({ worker: index, workerPid: worker.pid }, 'worker restarted')
      onReplaced(worker)
    })
    void worker.ended.then(({ code, signal, afterMs }) => {
      this.#started.delete(worker)
      if (this.#stopping) return
      const delayMs = this.#delay(index, afterMs)
      log.error({ worker: index, workerPid: worker.pid, code, signal, restartInMs: delayMs }, 'worker ended')
      this.restarts++
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.#fork(index)
      }, delayMs)
      this.#timers.add(timer)
    })
  }

  /** At once for a worker that had lived a while; ever later for one that ends again and again. */
  #delay(index: number, afterMs: number): number {
    const shortLives = afterMs < shortLifeMs ? (this.#shortLives.get(index) ?? 0) + 1 : 0
    this.#shortLives.set(index, shortLives)
    if (shortLives <= 1) return 0
    return backoff(shortLives - 2, { firstMs: 200, mostMs: 30_000 }, this.#options.random)
  }
}
