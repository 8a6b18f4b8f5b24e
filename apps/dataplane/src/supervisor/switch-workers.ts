import type { Refusal } from '../revisions/candidate.ts'
import type { RevisionMessage } from './messages.ts'
import type { Answer, WorkerProcess } from './worker-process.ts'

export interface WorkerRefusal extends Refusal {
  /** A worker ended meanwhile: it may have been the revision, or a coincidence. */
  readonly workerEnded: boolean
}

/** A worker that has not answered by then is given up. */
const answerWithinMs = 10_000

/**
 * Brings a revision to all of these workers, or to none: all prepare, then all commit.
 *
 * @param opens it opens listeners. Then one worker goes first, so that a port in use is found once: the sharing of listeners
 *   in `node:cluster` does not bear that two workers learn of the same failure at the same time.
 * @param onReady they all are ready, and will serve it: nothing can prevent that any more
 * @returns undefined when it serves on every worker
 */
export async function switchWorkers(
  workers: readonly WorkerProcess[],
  revision: RevisionMessage,
  opens: boolean,
  onReady: () => void = () => {},
): Promise<WorkerRefusal | undefined> {
  if (workers.length === 0) return noWorkers
  const answers = await prepareAll(workers, revision, opens)
  const refusal = [...answers].map(([worker, answer]) => refusalIn(worker, answer)).find((one) => one !== undefined)
  if (refusal) {
    const aborting = workers.map((worker) => ({ worker, aborted: abort(worker) }))
    // A silent one is not waited for: it aborts when it comes to itself, before it prepares anything else.
    await Promise.all(
      aborting.map(({ worker, aborted }) => (answers.get(worker)?.type === 'silent' ? undefined : aborted)),
    )
    return refusal
  }
  onReady()
  await Promise.all(workers.map((worker) => commit(worker, revision)))
  return undefined
}

const noWorkers: WorkerRefusal = {
  code: 'worker_silent',
  message: 'No worker is there to serve the revision.',
  problems: [],
  workerEnded: false,
}

/** Stops at the first group in which a worker refuses. */
async function prepareAll(workers: readonly WorkerProcess[], revision: RevisionMessage, opens: boolean) {
  const answers = new Map<WorkerProcess, Answer>()
  const prepare = async (worker: WorkerProcess) => {
    answers.set(worker, await worker.ask({ type: 'prepare', revision }, answerWithinMs))
  }
  const first = opens ? workers.slice(0, 1) : []
  for (const group of [first, workers.slice(first.length)]) {
    await Promise.all(group.map(prepare))
    if ([...answers.values()].some((answer) => answer.type !== 'done')) break
  }
  return answers
}

function refusalIn(worker: WorkerProcess, answer: Answer): WorkerRefusal | undefined {
  if (answer.type === 'failed') {
    const { code, message, problems } = answer
    return { code, message, problems, workerEnded: false }
  }
  if (answer.type === 'done' || answer.type === 'state') return undefined
  const gone = answer.type === 'gone'
  const message = gone
    ? `Worker ${worker.index} ended while it prepared the revision.`
    : `Worker ${worker.index} did not prepare the revision within ${answerWithinMs / 1000} s.`
  return { code: 'worker_silent', message, problems: [], workerEnded: gone }
}

/** A worker that cannot even do this is beyond asking; the one that takes its place serves what serves. */
async function abort(worker: WorkerProcess): Promise<void> {
  const answer = await worker.ask({ type: 'abort' }, answerWithinMs)
  if (answer.type !== 'done') worker.destroy()
}

/** The others serve it from now on, so a worker that does not must not go on with the old one. */
async function commit(worker: WorkerProcess, { number, hash }: RevisionMessage): Promise<void> {
  const answer = await worker.ask({ type: 'commit' }, answerWithinMs)
  if (answer.type === 'done') worker.serving = { number, hash }
  else worker.destroy()
}
