import type { Config } from '@switchyard/core/config/model'
import { errors } from '@switchyard/core/errors'
import type { Log } from '@switchyard/core/middleware/contract'
import type { Outcome } from '@switchyard/core/node-protocol'
import type { Fleet } from '../supervisor/fleet.ts'
import type { RevisionMessage } from '../supervisor/messages.ts'
import { findUnavailable, type OpenListener, resolvePorts, withPorts } from '../supervisor/ports.ts'
import { switchWorkers, type WorkerRefusal } from '../supervisor/switch-workers.ts'
import type { WorkerProcess } from '../supervisor/worker-process.ts'
import { type AddressPolicyOptions, createAddressPolicy } from '../traffic/address-policy.ts'
import { type Names, namesOf } from '../traffic/observe/series.ts'
import { type Candidate, type Refusal, readCandidate, readsFiles } from './candidate.ts'
import type { LastGoodStore } from './last-good.ts'
import { findRefusedTargets } from './refused-targets.ts'

/** What every worker serves. */
export interface Serving extends Omit<Candidate, 'config' | 'lineOf' | 'again' | 'secrets'> {
  /** Since when under this number. */
  readonly since: string
  readonly listeners: readonly OpenListener[]
  /** The ids in it. */
  readonly names: Names
  /** It refers to files of the node. */
  readonly readsFiles: boolean
  /** As the workers got it: one that is started anew gets the same. */
  readonly message: RevisionMessage
}

export interface ApplierOptions {
  readonly fleet: Fleet
  readonly store: LastGoodStore
  /** What the last good revision on disk was followed from. */
  readonly origin: string
  /** What targets may be at. */
  readonly addressPolicy: () => AddressPolicyOptions
  readonly log: Log
  readonly onOutcome: (outcome: Outcome) => void
  /** Every worker is ready for this content, and none serves it yet. */
  readonly onReady: (candidate: Candidate, config: Config) => void
  /** Every worker serves what they were ready for. */
  readonly onServing: () => void
}

/** A port that was free a moment ago may be taken by then; another one is as good. */
const portTries = 3
/** How long missing workers are waited for before the others go on without them. */
const completeWithinMs = 10_000

/** Brings candidates to the workers, one at a time. Of those that come meanwhile only the newest is tried. */
export class Applier {
  serving: Serving | undefined
  /** The word about the latest candidate, whether it is what serves or not. */
  outcome: Outcome | undefined
  readonly #options: ApplierOptions
  #waiting: { candidate: Candidate; settle: (outcome: Outcome | undefined) => void } | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(options: ApplierOptions) {
    this.#options = options
  }

  /** @returns its outcome; undefined when a newer one took its place before it was tried. */
  submit(candidate: Candidate): Promise<Outcome | undefined> {
    this.#waiting?.settle(undefined)
    return new Promise((settle) => {
      this.#waiting = { candidate, settle }
      this.#inTurn(async () => {
        const next = this.#waiting
        this.#waiting = undefined
        if (next) next.settle(await this.#apply(next.candidate))
      })
    })
  }

  /** Serves what serves anew, if it refers to files: they may have changed. */
  refresh(): void {
    const { serving } = this
    if (!serving?.readsFiles) return
    if (this.#waiting) {
      this.#waiting.candidate = { ...this.#waiting.candidate, again: true }
      return
    }
    const { number, hash, publishedAt, source, document, message } = serving
    void this.submit({ number, hash, publishedAt, source, document, secrets: message.secrets, again: true })
  }

  /** Gives a worker that took the place of a dead one what the others serve, before it accepts anything. */
  bringUp(worker: WorkerProcess): void {
    this.#inTurn(async () => {
      if (!this.serving || worker.serving?.hash === this.serving.hash) return
      const refusal = await switchWorkers([worker], this.serving.message, false)
      if (!refusal) return
      this.#options.log.error({ worker: worker.index, ...refusal }, 'worker cannot serve the revision')
      worker.destroy()
    })
  }

  /** Notes a refusal of something that never became a candidate: a file that cannot be read as a configuration. */
  refuse(
    about: Pick<Candidate, 'number' | 'hash' | 'lineOf'>,
    refusal: Omit<Refusal, 'code'> & { code: string },
  ): Outcome {
    const { number, hash, lineOf } = about
    const { code, message } = refusal
    const problems = refusal.problems
      .slice(0, 100)
      .map((one) => (lineOf && one.path !== '' ? { line: lineOf(one.path), ...one } : { ...one }))
    return this.#note({ status: 'rejected', number, hash, at: new Date().toISOString(), code, message, problems })
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(act).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'applying failed')
    })
  }

  async #apply(candidate: Candidate): Promise<Outcome> {
    const began = performance.now()
    const { number, hash } = candidate
    const refusal = this.#serves(candidate) ? this.#renumber(candidate) : await this.#switch(candidate)
    if (refusal) return this.refuse(candidate, refusal)
    const ms = Math.round((performance.now() - began) * 10) / 10
    // Said only when it would also survive a restart.
    await this.#save(candidate)
    return this.#note({ status: 'applied', number, hash, ms, at: new Date().toISOString() })
  }

  /** Whether the workers serve just this already. */
  #serves({ hash, secrets, again = false }: Candidate): boolean {
    const { serving } = this
    if (serving?.hash !== hash || serving.message.secrets?.version !== secrets?.version) return false
    return !(again && serving.readsFiles)
  }

  /** The same content under another number: nothing changes for the workers. */
  #renumber({ number, hash, publishedAt, source }: Candidate): undefined {
    const before = this.serving
    if (!before) return
    const since = before.number === number ? before.since : new Date().toISOString()
    const message = { ...before.message, number }
    this.serving = { ...before, number, hash, publishedAt, source, since, message }
    for (const worker of this.#options.fleet.workers) worker.serving = { number, hash }
  }

  async #switch(candidate: Candidate): Promise<Refusal | undefined> {
    const config = readCandidate(candidate, this.serving !== undefined)
    if ('refusal' in config) return config.refusal
    // What served once is served again: better than nothing, and each connection is asked about anyway.
    if (candidate.source !== 'snapshot') {
      const problems = findRefusedTargets(config, createAddressPolicy(this.#options.addressPolicy()))
      if (problems.length > 0) return { code: 'address_refused', message: errors.address_refused.message, problems }
    }
    let refusal: WorkerRefusal | undefined
    let workersEnded = 0
    for (let tried = 0; tried < portTries; tried++) {
      refusal = await this.#tryToSwitch(candidate, config)
      if (!refusal) return undefined
      // A worker may end at this moment by coincidence; a second time it is taken for the fault of the revision.
      if (refusal.workerEnded ? ++workersEnded > 1 : !mayHaveOtherPort(refusal, config)) break
    }
    return refusal
  }

  async #tryToSwitch(candidate: Candidate, config: Config): Promise<WorkerRefusal | undefined> {
    const { fleet, onReady, onServing } = this.#options
    await fleet.complete(completeWithinMs)
    const open = this.serving?.listeners ?? []
    const ports = await resolvePorts(config, open)
    const { number, hash, document, publishedAt, source, secrets } = candidate
    // As it was read here: a version that knew fewer fields published it without what they are when left out.
    const read = JSON.stringify(config)
    const message: RevisionMessage = { number, hash, document: read, ports, ...(secrets && { secrets }) }
    const listeners = withPorts(config, ports).listeners.map(({ id, address, port }) => ({ id, address, port }))
    const opens = listeners.some(
      (one) => !open.some(({ address, port }) => one.address === address && one.port === port),
    )
    const problems = opens ? await findUnavailable(listeners, open) : []
    if (problems.length > 0) {
      return { code: 'port_in_use', message: errors.port_in_use.message, problems, workerEnded: false }
    }
    const refusal = await switchWorkers(fleet.workers, message, opens, () => onReady(candidate, config))
    if (!refusal) {
      onServing()
      const same = this.serving?.number === number && this.serving.hash === hash
      const since = (same && this.serving?.since) || new Date().toISOString()
      const about = { number, hash, document, publishedAt, source, since }
      this.serving = { ...about, listeners, names: namesOf(config), readsFiles: readsFiles(config), message }
    }
    return refusal
  }

  async #save(candidate: Candidate): Promise<void> {
    if (candidate.source === 'snapshot') return
    const { store, origin, log } = this.#options
    const { number, hash, document, publishedAt, secrets } = candidate
    try {
      await store.save({ number, hash, document, publishedAt, origin, secrets }, new Date())
    } catch (error) {
      log.error({ err: error, number }, 'the last good configuration cannot be saved')
    }
  }

  #note(outcome: Outcome): Outcome {
    this.outcome = outcome
    const { status, at: _, ...about } = outcome
    if (status === 'applied') this.#options.log.info(about, 'revision applied')
    else this.#options.log.error({ ...about, serving: this.serving?.number ?? null }, 'revision rejected')
    this.#options.onOutcome(outcome)
    return outcome
  }
}

/** Whether what was refused is a port that we chose ourselves. */
function mayHaveOtherPort(refusal: Refusal, config: Config): boolean {
  if (refusal.code !== 'port_in_use') return false
  return refusal.problems.every(({ path }) => {
    const index = /^listeners\[(\d+)\]/.exec(path)?.[1]
    return index !== undefined && config.listeners[Number(index)]?.port === 0
  })
}
