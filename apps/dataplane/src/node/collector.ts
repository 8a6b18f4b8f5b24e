import type { Log } from '@switchyard/core/middleware/contract'
import type { Fleet } from '../supervisor/fleet.ts'
import type { WorkerProcess } from '../supervisor/worker-process.ts'
import { Counters } from './counters.ts'
import { MergedMetrics } from './merged-metrics.ts'
import type { WorkerView } from './node-state.ts'

/** A worker that is busy for longer is shown as it was. */
const answerWithinMs = 1000
/** A worker that has let this many questions in a row pass hangs: at least so many seconds, of which it served nothing. */
const mostUnanswered = 30
/** Often enough that a worker that dies takes little of its counts with it. */
const everyMs = 2000

/** Asks the workers how they are, when somebody wants to know and in between. */
export class Collector {
  readonly counters = new Counters()
  readonly metrics = new MergedMetrics()
  readonly #fleet: Fleet
  readonly #views = new Map<WorkerProcess, WorkerView>()
  readonly #unanswered = new Map<WorkerProcess, number>()
  readonly #timer: NodeJS.Timeout
  readonly #log: Log
  readonly #onLook: (views: readonly WorkerView[]) => void
  #asking: Promise<readonly WorkerView[]> | undefined

  /** @param onLook called with the answers to each question */
  constructor(fleet: Fleet, log: Log, onLook: (views: readonly WorkerView[]) => void) {
    this.#fleet = fleet
    this.#log = log
    this.#onLook = onLook
    this.#timer = setInterval(() => void this.look(), everyMs)
  }

  /** The workers as they are now, by index. Those who ask at the same time get the same answer. */
  look(): Promise<readonly WorkerView[]> {
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  destroy(): void {
    clearInterval(this.#timer)
  }

  async #askAll(): Promise<readonly WorkerView[]> {
    const workers = this.#fleet.workers
    await Promise.all(workers.map((worker) => this.#ask(worker)))
    for (const worker of this.#views.keys()) {
      if (workers.includes(worker)) continue
      this.#views.delete(worker)
      this.#unanswered.delete(worker)
      this.counters.forget(worker.pid)
      this.metrics.forget(worker.pid)
    }
    this.metrics.prune()
    const views = workers.flatMap((worker) => this.#views.get(worker) ?? [])
    this.#onLook(views)
    return views
  }

  async #ask(worker: WorkerProcess): Promise<void> {
    const { index: id, pid } = worker
    const askedAt = performance.now()
    const answer = await worker.ask({ type: 'state', seen: this.metrics.seen(pid) }, answerWithinMs)
    const revision = worker.serving?.number ?? 0
    if (answer.type === 'state') {
      const startedAt = worker.startedAt.toISOString()
      const { traffic, process, overloaded, metrics } = answer
      this.#views.set(worker, { id, pid, startedAt, revision, askedAt, traffic, process, overloaded })
      this.#unanswered.delete(worker)
      this.counters.add(pid, traffic)
      this.metrics.add(pid, metrics)
      this.metrics.addSeries(pid, [`cpu ${id}`, [process.cpuSeconds], []])
      return
    }
    const view = this.#views.get(worker)
    if (view) this.#views.set(worker, { ...view, revision })
    if (answer.type === 'silent') this.#noteSilence(worker)
  }

  /** The fleet replaces a worker that ends. */
  #noteSilence(worker: WorkerProcess): void {
    const unanswered = (this.#unanswered.get(worker) ?? 0) + 1
    this.#unanswered.set(worker, unanswered)
    if (unanswered < mostUnanswered) return
    this.#log.error({ worker: worker.index, workerPid: worker.pid }, 'worker hangs and is ended')
    worker.destroy()
  }
}
