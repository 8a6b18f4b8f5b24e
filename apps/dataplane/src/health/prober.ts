import type { Cause } from '@switchyard/core/target-events'
import { Due, DueTimes } from './due-times.ts'
import type { Answered, ProbeConfig, Question } from './question.ts'

/** Something that is probed: asked more often while its state is not certain. */
export interface Probed {
  readonly probes: { readonly unsettled: boolean }
}

/** What is to be asked of a target. */
export interface Task {
  readonly question: Question
  /** Equal texts are equal questions. */
  readonly definition: string
}

export interface ProberOptions<Target extends Probed> {
  /** So many probes are under way at most. */
  readonly limit: number
  /** Asks once, calls back once unless it is cancelled by what it returns. */
  readonly start: (question: Question, answered: Answered) => () => void
  readonly onResult: (target: Target, why: Cause | undefined, ms: number) => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Milliseconds, monotonic. */
  readonly now: () => number
}

/** First probes begin within this, and the sooner the fewer there are. */
const firstWithinMs = 1000
const firstEachMs = 5
/** Whatever the jitter is. */
const shortestMs = 50
/** A longer delay makes a timer of Node fire at once. */
const longestDelayMs = 2 ** 31 - 1

class Entry<Target> {
  readonly target: Target
  task: Task
  readonly due: Due<Entry<Target>> = new Due(this as Entry<Target>)
  cancel: (() => void) | undefined

  constructor(target: Target, task: Task) {
    this.target = target
    this.task = task
  }
}

/** Asks every target of a node from time to time: one timer, whatever their number, and so many probes at once at most. */
export class Prober<Target extends Probed> {
  readonly #options: ProberOptions<Target>
  readonly #entries = new Map<Target, Entry<Target>>()
  readonly #times = new DueTimes<Entry<Target>>()
  /** Those whose time has come while too many were under way; in turn. */
  readonly #waiting = new Set<Entry<Target>>()
  #underWay = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: ProberOptions<Target>) {
    this.#options = options
  }

  /** From now on these are asked and no others. A target whose question has changed is asked soon. */
  plan(tasks: ReadonlyMap<Target, Task>): void {
    for (const entry of this.#entries.values()) if (!tasks.has(entry.target)) this.#drop(entry)
    const soon: Entry<Target>[] = []
    for (const [target, task] of tasks) {
      const known = this.#entries.get(target)
      const entry = known ?? new Entry(target, task)
      this.#entries.set(target, entry)
      const changed = known?.task.definition !== task.definition
      entry.task = task
      if (!changed) continue
      this.#cancel(entry)
      this.#waiting.delete(entry)
      soon.push(entry)
    }
    const { now, random } = this.#options
    const within = Math.min(firstWithinMs, soon.length * firstEachMs)
    for (const entry of soon) this.#times.set(entry.due, now() + random() * within)
    this.#startDue()
  }

  /** Nothing is asked any more, and nothing that was asked is answered. */
  close(): void {
    this.plan(new Map())
    clearTimeout(this.#timer)
  }

  #startDue(): void {
    const { now, limit } = this.#options
    for (let due = this.#times.take(now()); due; due = this.#times.take(now())) this.#waiting.add(due.owner)
    for (const entry of this.#waiting) {
      if (this.#underWay >= limit) break
      this.#waiting.delete(entry)
      this.#start(entry)
    }
    clearTimeout(this.#timer)
    const next = this.#times.next
    if (next === undefined) return
    const delayMs = Math.min(longestDelayMs, Math.max(0, Math.ceil(next - now())))
    this.#timer = setTimeout(() => this.#startDue(), delayMs)
  }

  #start(entry: Entry<Target>): void {
    const { start, onResult, now } = this.#options
    const began = now()
    this.#underWay++
    entry.cancel = start(entry.task.question, (why) => {
      entry.cancel = undefined
      this.#underWay--
      onResult(entry.target, why, now() - began)
      // Nobody wants to know any more, or wants to know something else by now.
      if (this.#entries.get(entry.target) === entry && entry.due.place === -1) {
        this.#times.set(entry.due, now() + this.#interval(entry))
      }
      this.#startDue()
    })
  }

  #interval({ target, task }: Entry<Target>): number {
    const { intervalMs, unsettledIntervalMs, jitterPercent }: ProbeConfig = task.question.config
    const ms = target.probes.unsettled ? Math.min(intervalMs, unsettledIntervalMs) : intervalMs
    return Math.max(shortestMs, ms * (1 + ((this.#options.random() * 2 - 1) * jitterPercent) / 100))
  }

  #drop(entry: Entry<Target>): void {
    this.#cancel(entry)
    this.#entries.delete(entry.target)
    this.#waiting.delete(entry)
    this.#times.remove(entry.due)
  }

  #cancel(entry: Entry<Target>): void {
    if (!entry.cancel) return
    entry.cancel()
    entry.cancel = undefined
    this.#underWay--
  }
}
