import { createHash } from 'node:crypto'
import net, { type Socket } from 'node:net'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import type { Body, Middleware } from '@switchyard/core/middleware/contract'
import { expect, test } from 'vitest'
import { AnswerReader } from './testing/answer-reader.ts'
import { bytesOf } from './testing/bytes-of.ts'
import { until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import { type Mood, type MoodyBackend, moods, startMoodyBackend } from './testing/moody-backend.ts'
import { throughRoutes } from './testing/through.ts'

const seed = 20_250
const walks = 300
const together = 40

/** One request, and what may come of it. */
interface Step {
  readonly method: string
  readonly bytes: Buffer
  /** Statuses that it may be answered with; empty where there may be no answer, or none that is whole. */
  readonly statuses: readonly number[]
  /** What a 200 has as its body, and the hash of the request's. */
  readonly body: Buffer | undefined
  readonly sum: string
  /** Nothing is answered behind it. */
  readonly last: boolean
}

type Random = () => number
const among = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Up to the status, an answer to each mood; `cut` breaks off. */
const outcomes: Record<Mood, readonly number[]> = {
  good: [200],
  silent: [504],
  reset: [502],
  garbage: [502],
  cut: [],
  early: [413],
}

function chunked(random: Random, body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const size = 1 + Math.floor(random() * (random() < 0.5 ? 40 : 20_000))
    const piece = body.subarray(at, at + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
    at += size
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

function makeStep(random: Random, number: number): Step {
  const chance = random()
  if (chance < 0.05) return ours('OPTIONS', '*', 204)
  if (chance < 0.1) return ours('GET', '/nowhere/at/all/x', 404)
  const mood = chance < 0.75 ? 'good' : among(random, moods)
  const route = random() < 0.3 ? '/wrapped' : ''
  const method = among(random, ['GET', 'POST', 'PUT', 'HEAD'])
  const length = Math.floor(random() ** 3 * 200_000)
  const ms = among(random, [0, 0, 1, 10])
  const withBody = method === 'POST' || method === 'PUT'
  const sent = withBody ? bytesOf(number, Math.floor(random() ** 3 * 150_000)) : Buffer.alloc(0)
  const inChunks = random() < 0.5
  let head = `${method} ${route}/${mood}/${number}/${length}/${ms} HTTP/1.1\r\nHost: a\r\n`
  if (withBody) head += inChunks ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${sent.length}\r\n`
  const closes = random() < 0.1
  if (closes) head += 'Connection: close\r\n'
  const body = inChunks && withBody ? chunked(random, sent) : sent
  return {
    method,
    bytes: Buffer.concat([Buffer.from(`${head}\r\n`), body]),
    // A reset while the body is still sent may overtake everything, and an early answer to a long body ends the connection.
    statuses: mood === 'early' ? [413, 502] : mood === 'cut' && method === 'HEAD' ? [200] : outcomes[mood],
    body: mood === 'good' ? (method === 'HEAD' ? Buffer.alloc(0) : bytesOf(number, length)) : undefined,
    sum: createHash('sha256').update(sent).digest('hex'),
    // It takes long enough by itself.
    last: closes || mood === 'silent' || mood === 'cut' || (withBody && mood !== 'good'),
  }
}

function ours(method: string, target: string, status: number): Step {
  const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)
  return { method, bytes, statuses: [status], body: undefined, sum: '', last: false }
}

const illegal = [
  'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'POST /good/1/1/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  '\x16\x03\x01\x02\x00',
]

/** How a client ends. */
const ends = [
  'waits',
  'waits',
  'waits',
  'half-closes',
  'aborts',
  'resets',
  'stops reading',
  'illegal',
  'stalls',
] as const

/** Sends it in pieces, some of them late. */
async function sendSlowly(random: Random, socket: Socket, bytes: Buffer): Promise<void> {
  const most = random() < 0.3 ? 200 : 100_000
  const pieces = Math.min(8, Math.ceil(bytes.length / most))
  const size = Math.ceil(bytes.length / pieces)
  for (let at = 0; at < bytes.length && !socket.destroyed; at += size) {
    socket.write(bytes.subarray(at, at + size))
    if (pieces > 1) await pause(random() * 8)
  }
}

async function walk(random: Random, gateway: Gateway, number: number): Promise<void> {
  const steps: Step[] = []
  const count = 1 + Math.floor(random() * 5)
  while (steps.length < count && steps.at(-1)?.last !== true) steps.push(makeStep(random, number * 10 + steps.length))
  const end = among(random, ends)
  const reader = new AnswerReader([...steps.map(({ method }) => method), 'GET'])
  const socket = net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  socket.on('data', (chunk) => reader.read(chunk))
  socket.on('end', () => socket.end())
  for (const { bytes } of steps) await sendSlowly(random, socket, bytes)

  const aborts = ['aborts', 'resets', 'stops reading', 'stalls'].includes(end)
  if (end === 'half-closes') socket.end()
  if (end === 'illegal') socket.write(among(random, illegal), 'latin1')
  if (end === 'stalls')
    socket.write(among(random, ['GET / HT', 'POST /good/1/1/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx']))
  if (end === 'stops reading') socket.pause()
  if (aborts) await pause(random() * 60)
  if (end === 'resets') socket.resetAndDestroy()
  else if (aborts) socket.destroy()
  else if (end === 'waits') {
    await until(
      () => reader.answers.length >= steps.length || reader.fault !== undefined || socket.destroyed,
      'answers',
    )
    socket.end()
  }
  await closed
  check(steps, reader, end === 'waits', `walk ${number}, which ${end}`)
}

/** What came back is the beginning of what should, and all of it where the client has waited for it. */
function check(steps: readonly Step[], { answers, fault }: AnswerReader, all: boolean, which: string): void {
  expect(fault, which).toBeUndefined()
  for (const [index, { status, body, sum, header }] of answers.entries()) {
    const step = steps[index]
    const where = `${which}, answer ${index} to ${step?.bytes.subarray(0, 60).toString('latin1')}`
    if (!step) {
      expect([400, 408], where).toContain(status)
      continue
    }
    expect(step.statuses, where).toContain(status)
    if (status !== 200 || !step.body) continue
    expect(header('x-sum'), where).toBe(step.sum)
    expect(sum, where).toBe(createHash('sha256').update(step.body).digest('hex'))
    expect(body.length, where).toBe(step.body.length)
  }
  const due = steps.findIndex(({ statuses }) => statuses.length === 0)
  if (all) expect(answers.length, which).toBeGreaterThanOrEqual(due < 0 ? steps.length : due)
}

/** A tunnel with an echo in it, ended in one of the ways that there are. */
async function tunnelWalk(random: Random, gateway: Gateway, number: number): Promise<void> {
  const socket = net.connect({ port: gateway.port, host: '127.0.0.1', allowHalfOpen: true })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  let got = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    got = Buffer.concat([got, chunk])
  })
  socket.on('end', () => socket.end())
  const sent = bytesOf(number, Math.floor(random() * 60_000))
  const early = random() < 0.5
  socket.write('GET /good/1/1/1 HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n')
  if (early) socket.write(sent)
  const end = among(random, ['half-closes', 'aborts at once', 'aborts'])
  if (end !== 'aborts at once') {
    await until(() => got.includes('\r\n\r\n') || socket.destroyed, 'the 101')
    if (!early) socket.write(sent)
    const echoed = () => got.subarray(got.indexOf('\r\n\r\n') + 4)
    await until(() => echoed().length === sent.length, 'the echo')
    expect(echoed().equals(sent)).toBe(true)
  }
  if (end === 'half-closes') socket.end()
  else socket.resetAndDestroy()
  await closed
}

/** Reads and passes on bodies by itself. */
const wrapping: Middleware = async (ctx, next) => {
  await next()
  const { response } = ctx
  async function* passing(body: Body): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) yield chunk
  }
  if (response?.body && typeof response.body !== 'string' && Symbol.asyncIterator in response.body) {
    response.body = passing(response.body)
  }
}

function documentFor(url: string): Written {
  const timeouts = { headersMs: 3000, idleMs: 3000, bodyIdleMs: 3000 }
  const upstream = { timeouts: { connectMs: 3000, responseMs: 3000, idleMs: 3000 }, retries: { attempts: 0 } }
  const forward = { upstream: 'app' }
  return {
    ...forwardTo(url, upstream),
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0, timeouts }],
    routes: [
      { id: 'wrapped', match: { path: { type: 'prefix', value: '/wrapped' } }, forward },
      ...moods.map((mood) => ({
        id: mood,
        match: { path: { type: 'prefix', value: `/${mood}` } },
        upgrades: ['echo'],
        forward,
      })),
    ],
  }
}

async function nothingIsLeft({ traffic, metrics, access }: Gateway, backend: MoodyBackend): Promise<void> {
  await until(() => traffic.state().sockets.clients === 0, 'no client')
  const { runtimes, upstreams } = traffic.state()
  expect({ runtimes, upstreams }).toMatchObject({
    runtimes: 1,
    upstreams: [{ targets: [{ inFlight: 0, tunnels: 0 }] }],
  })
  for (const [key, , gauges] of metrics.snapshot(0).series)
    expect([key, ...gauges]).toEqual([key, ...gauges.map(() => 0)])
  // Each exchange is over once.
  expect(new Set(access.map(({ id }) => id)).size).toBe(access.length)
  expect(access.filter(({ termination }) => termination === 'internal')).toEqual([])
  const reached = backend.seen
  expect(new Set(reached).size).toBe(reached.length)
  expect(backend.faults).toEqual([])
  await traffic.close(0)
  expect(traffic.state().sockets).toEqual({ clients: 0, targets: 0 })
  await until(() => backend.sockets.size === 0, 'no connection to the target')
}

test('whatever clients and a target do, everybody gets what is theirs, and nothing is left in the end', async () => {
  await using backend = await startMoodyBackend()
  await using gateway = await startGateway(documentFor(backend.url))
  throughRoutes(gateway, [wrapping], ['wrapped'])
  let next = 0
  const one = async (): Promise<void> => {
    while (next < walks) {
      const number = ++next
      const random = seededRandom(seed + number)
      await (random() < 0.1 ? tunnelWalk(random, gateway, number) : walk(random, gateway, number))
    }
  }
  await Promise.all(Array.from({ length: together }, one))
  const { entries } = gateway.log
  expect(entries.filter(({ level }) => level === 'error')).toEqual([])
  expect(gateway.access.length).toBeGreaterThan(walks / 2)
  await nothingIsLeft(gateway, backend)
})
