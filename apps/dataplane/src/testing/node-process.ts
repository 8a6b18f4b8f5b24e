import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import type { NodeState } from '../node/node-state.ts'

export interface Line {
  readonly msg: string
  readonly [field: string]: unknown
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** A node in processes of its own, from source, for tests. It takes a free admin port unless it is given one. */
export class NodeProcess {
  readonly lines: Line[] = []
  stderr = ''
  readonly ended: Promise<{ code: number | null; signal: string | null }>
  readonly #child: ChildProcess

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    const given = args.includes('--admin') ? [] : ['--admin', '127.0.0.1:0']
    this.#child = spawn(
      process.execPath,
      ['--import', 'tsx', '--conditions=source', main, ...given, '--shutdown-wait-ms', '0', ...args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', ...env } },
    )
    this.ended = once(this.#child, 'exit').then(([code, signal]) => ({ code, signal }))
    if (this.#child.stdout) createInterface(this.#child.stdout).on('line', (text) => this.lines.push(JSON.parse(text)))
    this.#child.stderr?.on('data', (text) => {
      this.stderr += text
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** The first line with this message, now or soon. */
  said(msg: string, since = 0): Promise<Line> {
    return eventually(() => {
      const line = this.lines.slice(since).find((one) => one.msg === msg)
      if (!line) throw new Error(`"${msg}" was not said: ${JSON.stringify(this.lines)}\n${this.stderr}`)
      return line
    })
  }

  async get(path: string): Promise<Response> {
    const { admin } = await this.said('ready')
    return fetch(`http://${admin}${path}`)
  }

  async state(): Promise<NodeState> {
    return (await this.get('/state')).json() as Promise<NodeState>
  }

  /** What a listener answers. */
  async ask(path = '/', listener = 'web'): Promise<string> {
    const { listeners } = await this.said('ready')
    const { port } = (listeners as { id: string; port: number }[]).find((one) => one.id === listener) ?? {}
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
    return response.text()
  }

  /** Ends it as an operator would, and by force when it does not. */
  async stop(): Promise<{ code: number | null; signal: string | null }> {
    this.signal('SIGTERM')
    const timer = setTimeout(() => this.signal('SIGKILL'), 10_000)
    const ended = await this.ended
    clearTimeout(timer)
    return ended
  }
}

/** Tries until it does not throw, for at most 20 s. */
export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 25 })

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
