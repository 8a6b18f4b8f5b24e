import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { shopDocument } from './testing/documents.ts'
import { openStream } from './testing/sse.ts'
import { admin, nodeToken } from './testing/start.ts'

// Each test starts processes, on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 120_000 })

const program = fileURLToPath(new URL('main.ts', import.meta.url))

let home: string
const children: ChildProcess[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchyard-main-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
})

/** The program with nothing of this environment but what it needs to run. */
function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', program, ...args], {
    env: { NODE_ENV: 'test', PATH: process.env['PATH'], SWITCHYARD_HOME: home, SWITCHYARD_UI: 'off', ...env },
  })
  children.push(child)
  const output = { out: '', err: '' }
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  const lines: Record<string, unknown>[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.out += `${line}\n`
    if (line.startsWith('{')) lines.push(JSON.parse(line))
    child.emit('entry')
  })
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal)
  const entry = async (msg: string) => {
    for (;;) {
      const found = lines.find((line) => line['msg'] === msg)
      if (found) return found
      await Promise.race([
        once(child, 'entry'),
        exited.then((code) => Promise.reject(new Error(`${code}: ${output.err}`))),
      ])
    }
  }
  return { child, exited, output, entry }
}

const asAdmin = { SWITCHYARD_ADMIN_EMAIL: admin.email, SWITCHYARD_ADMIN_PASSWORD: admin.password }
const signIn = async (url: unknown, password: string) => {
  const answer = await fetch(`${url}/api/trpc/auth.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-switchyard': '1' },
    body: JSON.stringify({ email: admin.email, password }),
  })
  return { status: answer.status, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' }
}

test('it says where it serves, ends on SIGTERM while streams are open, and keeps its files to itself', async () => {
  const { child, exited, entry } = start(['--port', '0'], asAdmin)
  const { url } = await entry('ready')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect((await stat(join(home, 'switchyard.db'))).mode & 0o077).toBe(0)
  const { cookie } = await signIn(url, admin.password)
  const stream = await openStream(`${url}/api/trpc/nodes.watch`, { cookie })
  await stream.next()
  const asked = Date.now()
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  expect(Date.now() - asked).toBeLessThan(5000)
})

test('without an administrator it prints a one-time code, another one at each start', async () => {
  const codes = []
  for (let i = 0; i < 2; i++) {
    const { child, exited, entry } = start(['--port', '0'])
    const { setUpCode, setUpUrl } = await entry('nobody has an account yet; the set-up page makes the first')
    const { url } = await entry('ready')
    expect(setUpUrl).toBe(`${url}/set-up`)
    codes.push(setUpCode)
    child.kill('SIGINT')
    expect(await exited).toBe(0)
  }
  expect(new Set(codes).size).toBe(2)
})

test('a new database begins with the demo, published; one that was used is left alone', async () => {
  const file = join(home, 'demo.json')
  await writeFile(file, JSON.stringify(shopDocument))
  const env = { ...asAdmin, SWITCHYARD_DEMO_DOCUMENT: file, SWITCHYARD_NODE_TOKEN: nodeToken }
  for (const text of [JSON.stringify(shopDocument), 'not even JSON']) {
    await writeFile(file, text)
    const { child, exited, entry } = start(['--port', '0'], env)
    const { url } = await entry('ready')
    const query = encodeURIComponent(JSON.stringify({ node: 'one' }))
    const headers = { authorization: `Bearer ${nodeToken}` }
    const stream = await openStream(`${url}/api/node/subscribe?input=${query}`, headers)
    expect((await stream.next()).id).toMatch(/^1:/)
    child.kill('SIGTERM')
    await exited
  }
})

test('a password is reset on the server; sessions end', async () => {
  const { entry } = start(['--port', '0'], asAdmin)
  const { url } = await entry('ready')
  const { cookie } = await signIn(url, admin.password)
  const reset = start(['reset-password', 'Admin@example.com'])
  expect(await reset.exited).toBe(0)
  const password = /is (\S+)\n/.exec(reset.output.out)?.[1] ?? ''
  expect((await signIn(url, admin.password)).status).toBe(401)
  expect((await signIn(url, password)).status).toBe(200)
  expect((await fetch(`${url}/api/trpc/nodes.list`, { headers: { cookie } })).status).toBe(401)

  const unknown = start(['reset-password', 'nobody@example.com'])
  expect(await unknown.exited).toBe(1)
  expect(unknown.output.err).toContain('nobody@example.com')
})

test('a port in use is named, with how to choose another', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { exited, output } = start(['--port', String(port)])
  expect(await exited).toBe(1)
  expect(output.err).toMatch(new RegExp(`Port ${port} is in use.*PORT=\\d+`))
  taken.close()
})

test('what it does not understand ends it with a sentence', async () => {
  const { exited, output } = start(['--nonsense'])
  expect(await exited).toBe(1)
  expect(output.err).toMatch(/nonsense/)
  expect(output.err).not.toMatch(/^\s+at /m)
})

test('a database that cannot be read ends it with a sentence', async () => {
  await writeFile(join(home, 'switchyard.db'), 'this is not a database, and never was one. '.repeat(200))
  const { exited, output } = start(['--port', '0'])
  expect(await exited).toBe(1)
  expect(output.err).toContain('not a database')
})
