import type { Config } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'
import type { Log } from '@switchyard/core/middleware/contract'
import { createLog } from '../log.ts'
import { watchProcess } from '../process-state.ts'
import type { FromWorker, Question, Reply, RevisionMessage, StartMessage, ToWorker } from '../supervisor/messages.ts'
import { withPorts } from '../supervisor/ports.ts'
import { createTraffic, type Prepared, type Traffic } from '../traffic/traffic.ts'

/** A worker: does what the supervisor says, and ends with it. */
export function runWorker(): void {
  // A terminal, and systemd, signal the whole group; it is the supervisor that decides what follows.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {})
  process.once('message', (start: StartMessage) => {
    const log = createLog(start.logLevel, { node: start.node, worker: start.index })
    const traffic = createTraffic({ log, worker: { index: start.index, count: start.count } })
    process.on('uncaughtException', (error) => die(log, error))
    process.once('disconnect', () => {
      traffic.destroy()
      process.exit(0)
    })
    const answer = createAnswers(traffic, log)
    process.on('message', async (message: ToWorker) => {
      if (message.type === 'start') return
      send({ ...(await answer(message)), id: message.id })
    })
    send({ type: 'started' })
  })
  send({ type: 'hello' })
}

/** Nothing can be trusted after it; the supervisor starts another worker. */
function die(log: Log, error: Error): void {
  log.error({ err: error }, 'worker failed')
  process.exit(1)
}

function send(message: FromWorker): void {
  // Without a supervisor there is nobody to tell; `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

/** Answers one question at a time, except for `state`, which does not wait. */
function createAnswers(traffic: Traffic, log: Log): (question: Question) => Promise<Reply> {
  let prepared: Prepared | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const stateOfProcess = watchProcess()

  async function act(question: Question): Promise<Reply> {
    if (question.type === 'prepare') prepared = await traffic.prepare(read(question.revision))
    if (question.type === 'commit') take()?.commit()
    if (question.type === 'abort') await take()?.abort()
    if (question.type === 'close') await traffic.close(question.deadlineMs)
    return { type: 'done' }
  }
  function take(): Prepared | undefined {
    const taken = prepared
    prepared = undefined
    return taken
  }

  return (question) => {
    if (question.type === 'state') {
      return Promise.resolve({ type: 'state', traffic: traffic.state(), process: stateOfProcess() })
    }
    const reply = turn.then(() => act(question)).catch((error: unknown) => failure(error, log))
    turn = reply
    return reply
  }
}

/** The supervisor has checked it; parsing is all that is left. */
function read({ number, hash, document, ports }: RevisionMessage) {
  return { number, hash, config: withPorts(JSON.parse(document) as Config, ports) }
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
