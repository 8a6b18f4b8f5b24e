import type { Config } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import type { Log } from '@switchyard/core/middleware/contract'
import { createLog } from '../log.ts'
import { watchProcess } from '../process-state.ts'
import type { FromWorker, Question, Reply, RevisionMessage, StartMessage, ToWorker } from '../supervisor/messages.ts'
import { withPorts } from '../supervisor/ports.ts'
import type { AccessLog } from '../traffic/observe/access-log.ts'
import { namesOf } from '../traffic/observe/series.ts'
import { createTraffic, type Prepared, type Revision, type Traffic } from '../traffic/traffic.ts'
import { createWatch, type Watch } from './watch.ts'

/** A worker: does what the supervisor says, and ends with it. */
export function runWorker(): void {
  // A terminal, and systemd, signal the whole group; it is the supervisor that decides what follows.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
  process.once('message', (start: StartMessage) => {
    const log = createLog(start.logLevel, { node: start.node, worker: start.index })
    const watch = createWatch(start.accessLog, log)
    const traffic = createTraffic({
      log,
      worker: { index: start.index, count: start.count, lead: start.lead },
      observer: watch,
      ticketKeys: Buffer.from(start.ticketKeys, 'base64'),
      folder: start.folder,
      addressPolicy: start.addressPolicy,
      affinityKey: Buffer.from(start.affinityKey, 'base64'),
      onAttempts: (tallies) => send({ type: 'attempts', tallies }),
      onBreaker: (change) => send({ type: 'breaker', change }),
    })
    let ending = false
    const end = (code: number): void => {
      if (ending) process.exit(1)
      ending = true
      traffic.destroy()
      void exit(code, watch.accessLog)
    }
    process.on('uncaughtException', (error) => {
      log.error({ err: error }, 'worker failed')
      // Nothing can be trusted after it; the supervisor starts another worker.
      end(1)
    })
    process.once('disconnect', () => end(0))
    const answer = createAnswers(traffic, watch, log)
    process.on('message', async (message: ToWorker) => {
      if (message.type === 'start') return
      if (message.type === 'verdicts') return traffic.judge(message.verdicts, message.whole)
      send({ ...(await answer(message)), id: message.id })
    })
    send({ type: 'started' })
  })
  send({ type: 'hello' })
}

/** Ends this process once its access log is written. */
async function exit(code: number, accessLog: AccessLog | undefined): Promise<void> {
  const written = (await accessLog?.close()) ?? true
  if (written) process.exit(code)
  // Exiting would wait for the write that is under way, and the reader it waits for may never read again.
  process.kill(process.pid, 'SIGKILL')
}

function send(message: FromWorker): void {
  // Without a supervisor there is nobody to tell; `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

/** Answers one question at a time, except for those that do not concern revisions: they do not wait. */
function createAnswers(traffic: Traffic, watch: Watch, log: Log): (question: Question) => Promise<Reply> {
  let prepared: Prepared | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const { metrics, loadGuard, accessLog } = watch
  const stateOfProcess = watchProcess()

  async function act(question: Question): Promise<Reply> {
    if (question.type === 'prepare') prepared = await prepare(question.revision)
    if (question.type === 'commit') take()?.commit()
    if (question.type === 'abort') await take()?.abort()
    if (question.type === 'close') {
      await traffic.close(question.deadlineMs)
      await accessLog?.close()
    }
    return { type: 'done' }
  }
  async function prepare(message: RevisionMessage): Promise<Prepared> {
    const revision = read(message)
    const { commit, abort } = await traffic.prepare(revision)
    return {
      abort,
      commit() {
        commit()
        metrics.keep(namesOf(revision.config))
      },
    }
  }
  function take(): Prepared | undefined {
    const taken = prepared
    prepared = undefined
    return taken
  }
  function state(seen: number): Reply {
    return {
      type: 'state',
      traffic: traffic.state(),
      process: stateOfProcess(),
      overloaded: loadGuard.overloaded,
      metrics: metrics.snapshot(seen),
    }
  }
  async function reopen(): Promise<Reply> {
    try {
      await accessLog?.reopen()
    } catch (error) {
      log.error({ err: error }, 'the access log cannot be opened anew; the old file is kept')
    }
    return { type: 'done' }
  }

  return (question) => {
    if (question.type === 'state') return Promise.resolve(state(question.seen))
    if (question.type === 'reopen') return reopen()
    const reply = turn.then(() => act(question)).catch((error: unknown) => failure(error, log))
    turn = reply
    return reply
  }
}

/** The supervisor has checked it; parsing is all that is left. */
function read({ number, hash, document, secrets, ports }: RevisionMessage): Revision {
  const values = secrets && { secrets: new Map(Object.entries(secrets.values)) }
  return { number, hash, config: withPorts(JSON.parse(document) as Config, ports), ...values }
}

function failure(error: unknown, log: Log): Reply {
  if (error instanceof SwitchyardError) {
    return { type: 'failed', code: error.code, message: error.message, problems: [...error.problems] }
  }
  log.error({ err: error }, 'the revision cannot be built')
  return {
    type: 'failed',
    code: 'internal',
    message: 'The revision cannot be built; the log of the node says why.',
    problems: [],
  }
}
