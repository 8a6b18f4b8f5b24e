import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { admin, call, temporaryFolder } from './support/product.ts'
import { Program, root } from './support/program.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
/** A copy of what git knows of this repository and nothing else: what a fresh clone holds. */
let clone: string

beforeAll(async () => {
  folder = await temporaryFolder()
  clone = join(folder.path, 'switchyard')
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of listed.toString().split('\0')) {
    // Listed still, when it was deleted and that is not committed yet.
    if (!file || !existsSync(join(root, file))) continue
    await mkdir(dirname(join(clone, file)), { recursive: true })
    await cp(join(root, file), join(clone, file))
  }
})

afterAll(() => folder?.remove())

const settings = {
  PORT: '0',
  GATEWAY_PORT: '0',
  SWITCHYARD_ADMIN: '127.0.0.1:0',
  SWITCHYARD_DEMO_PORTS: '0,0',
  SWITCHYARD_ADMIN_EMAIL: admin.email,
  SWITCHYARD_ADMIN_PASSWORD: admin.password,
}

function start(workers: number): Program {
  return new Program(['start'], {
    command: 'npm',
    cwd: clone,
    env: { ...settings, SWITCHYARD_WORKERS: String(workers) },
  })
}

/** The address that the summary of `npm start` gives for something. */
async function address(program: Program, what: string, within: number): Promise<string> {
  const said = eventually(() => {
    const found = program.text.map((line) => new RegExp(`^ *${what} +(http://[^ ,/]+)`).exec(line)?.[1]).find(Boolean)
    if (!found) throw new Error(`npm start has not said where the ${what} is:\n${program.tail()}`)
    return found
  }, within)
  const ended = program.exited.then((code): never => {
    throw new Error(`npm start ended with ${code}:\n${program.tail()}`)
  })
  // The one that comes second is of no interest any more.
  for (const promise of [said, ended]) promise.catch(() => {})
  return Promise.race([said, ended])
}

async function answers(gateway: string, count: number): Promise<string> {
  let seen = ''
  for (let i = 0; i < count; i++) {
    const response = await fetch(gateway, { headers: { connection: 'close' } })
    const text = await response.text()
    seen += response.headers.get('x-backend') ?? `(${response.status} ${text})`
  }
  return seen
}

/** Every process that has this folder in its command line or as its working directory. */
function processesIn(path: string): string[] {
  const listed = execFileSync('sh', ['-c', 'for p in /proc/[0-9]*; do echo "$p $(readlink $p/cwd)"; done'], {
    encoding: 'utf8',
  })
  return listed.split('\n').filter((line) => line.split(' ').slice(1).join(' ').startsWith(path))
}

test('npm start in a fresh clone answers from both backends in the order of nginx, signs in, and ends on SIGTERM', async () => {
  const program = start(1)
  const gateway = await address(program, 'Gateway', 600_000)
  const dashboard = await address(program, 'Dashboard', 10_000)

  const seen = await answers(gateway, 36)
  expect(seen).toBe('aaabaa'.repeat(6))
  for (let from = 0; from + 12 <= seen.length; from++) {
    expect([...seen.slice(from, from + 12)].filter((name) => name === 'a')).toHaveLength(10)
  }

  expect((await fetch(dashboard, { redirect: 'manual' })).headers.get('location')).toContain('/sign-in')
  expect((await call(dashboard, 'auth.signIn', admin)).status).toBe(200)
  expect((await fetch(`${dashboard}/sign-in`)).status).toBe(200)

  expect(await program.stop(30_000)).toBe(0)
  await eventually(() => expect(processesIn(clone)).toEqual([]), 10_000)
}, 900_000)

test('a later start builds nothing, several workers share 5 : 1 over all, and killing the script leaves nothing behind', async () => {
  const program = start(2)
  const gateway = await address(program, 'Gateway', 60_000)
  expect(program.text.some((line) => /Installing|Building/.test(line))).toBe(false)
  const seen = await answers(gateway, 120)
  expect([...seen].filter((name) => name === 'a')).toHaveLength(100)

  // The script dies without a word; what it started notices.
  const script = execFileSync('ps', ['-o', 'pid=', '--ppid', String(program.pid)], { encoding: 'utf8' })
  process.kill(Number(script), 'SIGKILL')
  await program.exited
  await eventually(() => expect(processesIn(clone)).toEqual([]), 20_000)
}, 180_000)
