import type { Fleet } from '../supervisor/fleet.ts'
import type { WorkerProcess } from '../supervisor/worker-process.ts'
import { Counters } from './counters.ts'
import type { WorkerView } from './node-state.ts'

/** A worker that is busy for longer is shown as it was. */
const answerWithinMs = 1000
/** Often enough that a worker that dies takes little of its counts with it. */
const everyMs = 2000

/** Asks the workers how they are, when somebody wants to know and in between. */
export class Collector {
  readonly counters = new Counters()
  readonly #fleet: Fleet
  readonly #views = new Map<WorkerProcess, WorkerView>()
  readonly #timer: NodeJS.Timeout
  #asking: Promise<readonly WorkerView[]> | undefined

  constructor(fleet: Fleet) {
    this.#fleet = fleet
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
      this.counters.forget(worker.pid)
    }
    return workers.flatMap((worker) => this.#views.get(worker) ?? [])
  }

  async #ask(worker: WorkerProcess): Promise<void> {
    const answer = await worker.ask({ type: 'state' }, answerWithinMs)
    const revision = worker.serving?.number ?? 0
    if (answer.type === 'state') {
      const { index: id, pid } = worker
      const startedAt = worker.startedAt.toISOString()
      this.#views.set(worker, { id, pid, startedAt, revision, traffic: answer.traffic, process: answer.process })
      this.counters.add(pid, answer.traffic)
    } else {
      const view = this.#views.get(worker)
      if (view) this.#views.set(worker, { ...view, revision })
    }
  }
}
