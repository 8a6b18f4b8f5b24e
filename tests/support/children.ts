import { type ChildProcess, fork } from 'node:child_process'
import { root } from './program.ts'

/**
 * A program of the tests in a process of its own, so that its work is not done by what is measured, nor by what
 * measures. It is asked one thing at a time and answers each; notices need no answer. It ends when its parent does.
 */
export class Child<Question, Answer> {
  readonly process: ChildProcess
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = []

  /** @param file below `tests/support`, as in `soak/backends.ts` */
  constructor(file: string) {
    this.process = fork(new URL(file, import.meta.url), [], {
      cwd: root,
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.process.on('message', (answer) => this.#waiting.shift()?.resolve(answer as Answer))
    this.process.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${file} ended with ${code ?? signal}`))
    })
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the process did not start')
    return this.process.pid
  }

  /** @param within milliseconds; what takes longer is broken */
  ask(question: Question, within = 90_000): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer within ${within} ms to ${JSON.stringify(question)}`))
      const timer = setTimeout(late, within).unref()
      this.#waiting.push({
        resolve(answer) {
          clearTimeout(timer)
          resolve(answer)
        },
        reject,
      })
      this.process.send(question as object, (error) => error && reject(error))
    })
  }

  /** Says something that is not answered. */
  tell(notice: Question): void {
    // One that has ended says so when it is asked.
    if (this.process.connected) this.process.send(notice as object)
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const exited = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.disconnect()
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 3000)
    await exited
    clearTimeout(timer)
  }
}

/** The other end: answers what the parent asks, and ends with it. What `answer` gives back as undefined needs no answer. */
export function serveParent<Question, Answer>(answer: (question: Question) => Promise<Answer | undefined>): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (question) => {
    answer(question as Question).then(
      (said) => {
        if (said !== undefined && process.connected) process.send?.(said)
      },
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
}
