import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Line {
  msg?: string
  [field: string]: unknown
}

/** A program of ours, started as a user would start it. Its JSON lines are kept; it never outlives the test. */
export class Program {
  readonly lines: Line[] = []
  readonly text: string[] = []
  readonly child: ChildProcess
  readonly exited: Promise<number | null>
  #changed: (() => void)[] = []

  constructor(args: string[], options: { env?: Record<string, string>; cwd?: string; command?: string } = {}) {
    this.child = spawn(options.command ?? process.execPath, args, {
      cwd: options.cwd ?? root,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    running.add(this.child)
    this.exited = once(this.child, 'exit').then(([code]) => {
      running.delete(this.child)
      this.#wake()
      return code as number | null
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (text) => this.#take(text))
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the program did not start')
    return this.child.pid
  }

  #take(text: string): void {
    this.text.push(text)
    if (text.startsWith('{')) {
      try {
        this.lines.push(JSON.parse(text) as Line)
      } catch {
        // Not a log line of ours; it stays in `text`.
      }
    }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#changed.splice(0)) wake()
  }

  /** The first line that fits, of those printed already or within the time. */
  async line(fits: (line: Line) => boolean, within = 60_000): Promise<Line> {
    const deadline = Date.now() + within
    for (;;) {
      const found = this.lines.find(fits)
      if (found) return found
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`the program ended with ${this.child.exitCode ?? this.child.signalCode}:\n${this.tail()}`)
      }
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`no such line within ${within} ms:\n${this.tail()}`)
      await Promise.race([new Promise<void>((wake) => this.#changed.push(wake)), sleep(Math.min(left, 1000))])
    }
  }

  /** The last lines printed, for the message of a failure. */
  tail(): string {
    return this.text.slice(-40).join('\n')
  }

  signal(signal: NodeJS.Signals): void {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal)
  }

  /** Ends it as an operator would, and by force if that takes too long. */
  async stop(within = 20_000): Promise<number | null> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), within)
    const code = await this.exited
    clearTimeout(timer)
    return code
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.exited
  }
}

/** The top of the repository. */
export const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The environment without settings of a product that may run beside the tests. */
function cleanEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (
      value === undefined ||
      /^(SWITCHYARD_|NODE_OPTIONS|VITEST|NODE_ENV|PORT$|GATEWAY_PORT$|DATABASE_URL$)/.test(name)
    )
      continue
    kept[name] = value
  }
  return kept
}
