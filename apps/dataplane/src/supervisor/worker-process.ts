import cluster, { type Worker } from 'node:cluster'
import type { FromWorker, Question, Reply, StartMessage, Told, ToWorker, VerdictsMessage } from './messages.ts'
import { rescueConnections } from './rescue-connections.ts'

/** A reply, or what stands for one: no answer within the time, or a worker that ended first. */
export type Answer = Reply | { readonly type: 'silent' } | { readonly type: 'gone' }

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly afterMs: number
}

/** One worker, from its fork to its end. The one that takes its place is another object. */
export class WorkerProcess {
  readonly index: number
  readonly startedAt = new Date()
  /** Resolves when it can be asked; never when it ends before. */
  readonly started: Promise<void>
  readonly ended: Promise<Ended>
  /** The revision it serves. Kept by who commits. */
  serving: { readonly number: number; readonly hash: string } | undefined
  #worker: Worker
  #questions = new Map<number, (answer: Answer) => void>()
  #last = 0
  #alive = true

  /** @param onTold what it tells without being asked */
  constructor(start: StartMessage, onTold: (told: Told) => void) {
    this.index = start.index
    // The token is the supervisor's business: the process that touches traffic does not hold it.
    this.#worker = cluster.fork({ SWITCHYARD_TOKEN: undefined })
    rescueConnections(this.#worker)
    // Errors of the channel itself: the end of the process follows and is what counts.
    this.#worker.on('error', () => {})
    this.started = new Promise((resolve) => {
      this.#worker.on('message', (message: FromWorker) => {
        if (message.type === 'hello') this.#send(start)
        else if (message.type === 'started') resolve()
        else if (message.type === 'attempts' || message.type === 'breaker') onTold(message)
        else this.#settle(message.id, message)
      })
    })
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', (code: number | null, signal: string | null) => {
        this.#alive = false
        for (const id of [...this.#questions.keys()]) this.#settle(id, { type: 'gone' })
        resolve({ code, signal, afterMs: Date.now() - this.startedAt.getTime() })
      })
    })
  }

  get pid(): number {
    return this.#worker.process.pid ?? 0
  }

  /** @param timeoutMs after which the answer is `silent`; a late reply is ignored. */
  ask(question: Question, timeoutMs: number): Promise<Answer> {
    if (!this.#alive) return Promise.resolve({ type: 'gone' })
    const id = ++this.#last
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, { type: 'silent' }), timeoutMs)
      this.#questions.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      this.#send({ ...question, id })
    })
  }

  /** What the node has judged. It is there before whatever is sent after it. */
  tell(verdicts: VerdictsMessage): void {
    this.#send(verdicts)
  }

  /** Ends it now. */
  destroy(): void {
    if (this.#alive) this.#worker.process.kill('SIGKILL')
  }

  #send(message: ToWorker): void {
    // A channel that is already closed says so here; `exit` follows.
    if (this.#worker.isConnected()) this.#worker.send(message, () => {})
  }

  #settle(id: number, answer: Answer): void {
    const settle = this.#questions.get(id)
    this.#questions.delete(id)
    settle?.(answer)
  }
}
