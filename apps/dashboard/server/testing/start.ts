import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'
import { createTRPCClient, httpLink, type TRPCClient } from '@trpc/client'
import type { AppRouter } from '../api/router.ts'
import { type ControlPlane, type Surroundings, startControlPlane } from '../control-plane.ts'
import { readOptions } from '../options.ts'

export const admin = { email: 'admin@example.com', password: 'a long enough password' }
export const nodeToken = 'swn_test_0123456789abcdefghijklmnopqrstuvwxyz'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

export interface Answer {
  status: number
  headers: Headers
  /** Of a tRPC answer: its data, or its error. */
  data: unknown
  error: { message: string; data: { reason: string; problems: { path: string; message: string }[] } } | undefined
}

export interface TestControl extends ControlPlane {
  home: string
  /** An administrator's API token, and the typed client with it. */
  token: string
  client: TRPCClient<AppRouter>
  clientWith(headers: Record<string, string>): TRPCClient<AppRouter>
  /** Calls a procedure by POST, as curl would; only the headers given are sent beside the content type. */
  call(procedure: string, input: unknown, headers?: Record<string, string>): Promise<Answer>
  /** The cookie of a new session. */
  signIn(credentials?: { email: string; password: string }): Promise<string>
  /** Closes it and removes its folder. */
  end(): Promise<void>
}

/** A control plane with a database of its own in a temporary folder, on a free port, without pages. */
export async function startForTest(
  env: Record<string, string> = {},
  surroundings: Surroundings & { log?: Log; home?: string } = {},
): Promise<TestControl> {
  const home = surroundings.home ?? (await mkdtemp(join(tmpdir(), 'switchyard-control-')))
  const options = readOptions(['--port', '0'], {
    SWITCHYARD_HOME: home,
    SWITCHYARD_UI: 'off',
    SWITCHYARD_ADMIN_EMAIL: admin.email,
    SWITCHYARD_ADMIN_PASSWORD: admin.password,
    SWITCHYARD_NODE_TOKEN: nodeToken,
    ...env,
  })
  const control = await startControlPlane(options, surroundings.log ?? silent, surroundings)
  const { url } = control

  const call = async (procedure: string, input: unknown, headers: Record<string, string> = { 'x-switchyard': '1' }) => {
    const response = await fetch(`${url}/api/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    })
    const body = (await response.json()) as { result?: { data: unknown }; error?: Answer['error'] }
    return { status: response.status, headers: response.headers, data: body.result?.data, error: body.error }
  }
  const signIn = async ({ email, password } = admin) => {
    const { headers } = await call('auth.signIn', { email, password })
    const cookie = headers.get('set-cookie')?.split(';')[0]
    if (cookie === undefined) throw new Error(`${email} could not sign in`)
    return cookie
  }
  const clientWith = (headers: Record<string, string>) =>
    createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/api/trpc`, headers, methodOverride: 'POST' })] })

  const token = env['SWITCHYARD_ADMIN_EMAIL'] === '' ? '' : await makeToken()
  async function makeToken(): Promise<string> {
    const session = clientWith({ 'x-switchyard': '1', cookie: await signIn() })
    return (await session.tokens.create.mutate({ name: 'test', kind: 'api', role: 'admin' })).token
  }

  return {
    ...control,
    home,
    token,
    client: clientWith({ authorization: `Bearer ${token}` }),
    clientWith,
    call,
    signIn,
    async end() {
      await control.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
