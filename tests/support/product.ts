import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@switchyard/client/client'
import { freePort } from './ports.ts'
import { type Line, Program } from './program.ts'

export const admin = { email: 'admin@example.com', password: 'a long enough password' }
export const nodeToken = 'swn_test_0123456789abcdefghijklmnopqrstuvwxyz'

/** A folder of the test's own, removed at the end. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'switchyard-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) }
}

/** A control plane in a process of its own, with an administrator. It can be killed and started again at the same address. */
export class Control {
  readonly home: string
  readonly port: number
  readonly env: Record<string, string>
  program: Program
  token = ''

  private constructor(home: string, port: number, env: Record<string, string>) {
    this.home = home
    this.port = port
    this.env = env
    this.program = this.#spawn()
  }

  static async start(home: string, env: Record<string, string> = {}): Promise<Control> {
    const control = new Control(home, await freePort(), env)
    await control.ready()
    control.token = await control.#makeToken()
    return control
  }

  #spawn(): Program {
    return new Program(['apps/dashboard/bin/switchyard-control.mjs', '--port', String(this.port)], {
      env: {
        SWITCHYARD_HOME: this.home,
        SWITCHYARD_ADMIN_EMAIL: admin.email,
        SWITCHYARD_ADMIN_PASSWORD: admin.password,
        SWITCHYARD_NODE_TOKEN: nodeToken,
        SWITCHYARD_UI: 'off',
        ...this.env,
      },
    })
  }

  async ready(): Promise<void> {
    await this.program.line((line) => line.msg === 'ready')
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get client() {
    return createClient({ url: this.url, token: this.token })
  }

  async restart(): Promise<void> {
    this.program = this.#spawn()
    await this.ready()
  }

  async #makeToken(): Promise<string> {
    const signedIn = await call(this.url, 'auth.signIn', admin)
    const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const made = await call(this.url, 'tokens.create', { name: 'test', kind: 'api', role: 'admin' }, { cookie })
    const body = (await made.json()) as { result: { data: { token: string } } }
    return body.result.data.token
  }
}

/** One mutation, as curl would make it. */
export function call(url: string, procedure: string, input: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/api/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-switchyard': '1', ...headers },
    body: JSON.stringify(input),
  })
}

export interface NodeState {
  revision: { number: number; hash: string } | null
  [field: string]: unknown
}

/** A data-plane node in processes of its own. */
export class DataPlane {
  readonly program: Program
  #ready: Line | undefined

  constructor(args: string[], env: Record<string, string> = {}) {
    this.program = new Program(['apps/dataplane/bin/switchyard-dataplane.mjs', '--admin', '127.0.0.1:0', ...args], {
      env,
    })
  }

  static async start(args: string[], env: Record<string, string> = {}): Promise<DataPlane> {
    const node = new DataPlane(args, env)
    await node.ready()
    return node
  }

  async ready(): Promise<Line> {
    this.#ready = await this.program.line((line) => line.msg === 'ready')
    return this.#ready
  }

  /** Where a listener accepts, from the line that the node logs when it serves. */
  url(listener = 'web'): string {
    const listeners = (this.#ready?.['listeners'] ?? []) as { id: string; port: number }[]
    const found = listeners.find((one) => one.id === listener)
    if (!found) throw new Error(`the node did not say where ${listener} listens: ${JSON.stringify(this.#ready)}`)
    return `http://127.0.0.1:${found.port}`
  }

  get adminUrl(): string {
    return `http://${String(this.#ready?.['admin'])}`
  }

  async state(): Promise<NodeState> {
    const response = await fetch(`${this.adminUrl}/state`)
    return (await response.json()) as NodeState
  }
}
