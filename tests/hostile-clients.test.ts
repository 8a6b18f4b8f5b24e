import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { certificates } from './support/certificates.ts'
import { Child } from './support/children.ts'
import { collectable } from './support/collect-garbage.ts'
import { descriptorLimit, descriptorsOf } from './support/descriptors.ts'
import { eventually } from './support/eventually.ts'
import type { Attack, AttackerAnswer, AttackerQuestion } from './support/hostile/attacker.ts'
import { askPolitely } from './support/hostile/good-client.ts'
import { inMegabytes, megabyte, memoryOf, residentOf } from './support/memory.ts'
import { DataPlane, temporaryFolder } from './support/product.ts'
import { head, RawConnection } from './support/raw-http.ts'

/** Long enough for whoever is well, short enough for a test. */
const headersMs = 2000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let server: Server
const backendSockets = new Set<Socket>()
let attacker: Child<AttackerQuestion, AttackerAnswer>
let node: DataPlane
let before: Baseline

beforeAll(async () => {
  folder = await temporaryFolder()
  server = createServer((request, response) => {
    request.on('error', () => {})
    if (request.url === '/small') response.end('small')
    else if (request.url === '/large') response.end(Buffer.alloc(100_000))
    else if (request.url === '/endless') response.write('once')
    // What comes to any other is never read.
  })
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.on('connection', (socket) => {
    backendSockets.add(socket)
    socket.on('close', () => backendSockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  attacker = new Child('hostile/attacker.ts')
  await startNode()
  // Everything is used once before it is measured.
  for (const kind of ['reset', 'headers', 'body', 'deaf'] as const) {
    await attacker.ask({ type: 'attack', kind, port: portOf('web'), count: 50 })
    await sleep(200)
    await attacker.ask({ type: 'stop' })
  }
  before = await settled()
})

afterAll(async () => {
  await attacker?.stop()
  await node?.program.stop()
  server?.closeAllConnections()
  server?.close()
  await folder?.remove()
})

async function startNode(): Promise<void> {
  const [{ certificate, key }] = certificates
  const keyFile = join(folder.path, 'key.pem')
  await writeFile(keyFile, key, { mode: 0o600 })
  const common = { address: '127.0.0.1', port: 0, limits: { connections: 0 }, timeouts: { headersMs } }
  const document = {
    switchyard: 1,
    listeners: [
      { id: 'web', ...common },
      { id: 'secure', ...common, protocol: 'https', tls: { certificates: ['shown'] } },
    ],
    certificates: [{ id: 'shown', certificate, key: { file: keyFile } }],
    upstreams: [
      {
        id: 'backend',
        targets: [{ id: 'only', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }],
        timeouts: { keepAliveMs: 500 },
      },
    ],
    routes: [{ id: 'all', forward: { upstream: 'backend' } }],
  }
  const file = join(folder.path, 'gateway.json')
  await writeFile(file, JSON.stringify(document))
  const args = ['--config', file, '--workers', '1', '--data', join(folder.path, 'node')]
  node = await DataPlane.start(args, await collectable())
}

const portOf = (listener: string) => Number(new URL(node.url(listener)).port)

interface Worker {
  readonly pid: number
  readonly sockets: { readonly clients: number; readonly targets: number }
}

async function worker(): Promise<Worker> {
  const [only] = (await node.state())['workers'] as Worker[]
  if (!only) throw new Error('there is no worker')
  return only
}

interface Baseline {
  readonly pid: number
  readonly held: number
  readonly descriptors: number | undefined
}

/** What the worker has when nobody is there. */
async function settled(): Promise<Baseline> {
  return eventually(async () => {
    const { pid, sockets } = await worker()
    expect(sockets).toEqual({ clients: 0, targets: 0 })
    const { held } = await memoryOf(node.program, pid)
    return { pid, held, descriptors: descriptorsOf(pid) }
  })
}

/** Nothing of what was done is left, and the worker is the one that there was. */
async function nothingIsLeft(): Promise<void> {
  await eventually(async () => {
    const after = await settled()
    expect(after.pid).toBe(before.pid)
    expect(after.descriptors).toBe(before.descriptors)
    expect(after.held).toBeLessThan(before.held * 1.1 + 4 * megabyte)
  })
  expect(node.program.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([])
}

/** What the attack does, while somebody else is served; then how it ends. */
async function underAttack(kind: Attack, count: number, listener: string, until: (seen: AttackerAnswer) => void) {
  const good = askPolitely(portOf('web'))
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, residentOf(before.pid) ?? 0)
  }, 50)
  const resident = residentOf(before.pid) ?? 0
  try {
    await attacker.ask({ type: 'attack', kind, port: portOf(listener), count })
    await sleep(1000)
    const seen = await eventually(async () => {
      const now = await attacker.ask({ type: 'look' })
      until(now)
      return now
    })
    await eventually(() => expect(good.seen.answers).toBeGreaterThan(2))
    await attacker.ask({ type: 'stop' })
    const { answers, failures, worstMs } = await good.stop()
    const more = Math.max(0, peak - resident)
    console.log(
      `${count} × ${kind} (${listener}): ${inMegabytes(more)} more, ${seen.megabytesWritten} MB sent, answered ${JSON.stringify(seen.answers)}; the others: ${answers} answers, at worst ${worstMs} ms`,
    )
    expect(failures).toEqual([])
    expect(worstMs).toBeLessThan(10_000)
    expect(more).toBeLessThan(200 * megabyte)
    return seen
  } finally {
    clearInterval(watch)
    await good.stop()
    await attacker.ask({ type: 'stop' })
    await nothingIsLeft()
  }
}

const allEnded = (count: number) => (seen: AttackerAnswer) => expect([seen.open, seen.ended]).toEqual([0, count])

/** As many as a process may have, with some to spare for who is served. */
const many = Math.min(10_000, descriptorLimit() - 1000)

test(`${many} connections that say nothing are closed after their time`, async () => {
  await underAttack('silent', many, 'web', allEnded(many))
})

test('1,000 connections that never begin with TLS are closed after their time', async () => {
  await underAttack('silent', 1000, 'secure', allEnded(1000))
})

test('2,000 heads that arrive a byte at a time are answered 408', async () => {
  const { answers } = await underAttack('slowloris', 2000, 'web', allEnded(2000))
  expect(answers['HTTP/1.1 408 Request Timeout']).toBeGreaterThan(1900)
})

for (const [kind, status] of [
  ['headers', '431'],
  ['line', '414'],
  ['extensions', '400'],
  ['trailers', '4'],
] as const) {
  test(`endless ${kind} are refused`, async () => {
    const { answers } = await underAttack(kind, 200, 'web', allEnded(200))
    expect(Object.keys(answers).every((line) => line.startsWith(`HTTP/1.1 ${status}`))).toBe(true)
  })
}

/** So much was sent a second ago, too: nothing moves any more. */
function stoodStill(): (seen: AttackerAnswer) => void {
  let sent = -1
  let since = 0
  return ({ megabytesWritten }) => {
    if (megabytesWritten !== sent) since = Date.now()
    sent = megabytesWritten
    expect(Date.now() - since).toBeGreaterThan(1000)
  }
}

test('endless bodies that nobody reads stop at the client', async () => {
  const { open } = await underAttack('body', 200, 'web', stoodStill())
  expect(open).toBe(200)
})

test('endless requests of a client that reads no answer stop at the client', async () => {
  const { open } = await underAttack('deaf', 200, 'web', stoodStill())
  expect(open).toBe(200)
})

test('resets at any moment leave nothing', async () => {
  await underAttack('reset', 5000, 'web', ({ open }) => expect(open).toBe(0))
  await underAttack('reset', 1000, 'secure', ({ open }) => expect(open).toBe(0))
})

test('5,000 requests in one go are answered one after the other', async () => {
  const good = askPolitely(portOf('web'))
  const client = new RawConnection({ port: portOf('web') })
  client.socket.write(head('GET', '/small').repeat(5000))
  const answers = await Promise.all(Array.from({ length: 5000 }, () => client.answer()))
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.toString()}`))).toEqual(new Set(['200 small']))
  client.destroy()
  const { failures, worstMs } = await good.stop()
  expect(failures).toEqual([])
  expect(worstMs).toBeLessThan(10_000)
  await nothingIsLeft()
})

test('fifty clients that go in the middle of an answer: fifty connections to the backend end within a second', async () => {
  for (const tls of [false, true]) {
    const others = backendSockets.size
    const clients = Array.from({ length: 50 }, () => new RawConnection({ port: portOf(tls ? 'secure' : 'web'), tls }))
    const begun = clients.map(
      (client) =>
        new Promise<void>((resolve) => {
          client.request(head('GET', '/endless'), { onBody: () => resolve() }).catch(() => {})
        }),
    )
    await Promise.all(begun)
    expect(backendSockets.size).toBe(others + 50)
    for (const [i, client] of clients.entries()) {
      if (tls || i % 2 === 0) client.destroy()
      else client.socket.resetAndDestroy()
    }
    await eventually(() => expect(backendSockets.size).toBeLessThanOrEqual(others), 1000, 10)
  }
  await nothingIsLeft()
})
