import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Backend, downloadByte } from './support/backend.ts'
import { collectable, collectGarbage } from './support/collect-garbage.ts'
import { eventually } from './support/eventually.ts'
import { startLoad } from './support/load.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'

const publishes = 200
const megabytes = 100

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backends: Record<'a' | 'b' | 'c' | 'leaving', Backend>
let control: Control
let node: DataPlane

beforeAll(async () => {
  folder = await temporaryFolder()
  const [a, b, c, leaving] = await Promise.all([
    Backend.start('a'),
    Backend.start('b'),
    Backend.start('c'),
    Backend.start('leaving'),
  ])
  backends = { a, b, c, leaving }
  control = await Control.start(folder.path)
  await control.client.config.apply.mutate({ text: JSON.stringify(document()), format: 'json', publish: true })
  node = await DataPlane.start(
    [
      ...['--control', control.url, '--token', nodeToken, '--node', 'swap', '--workers', '2'],
      ...['--data', `${folder.path}/node`],
    ],
    await collectable(),
  )
})

afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await Promise.all(Object.values(backends ?? {}).map((backend) => backend.close()))
  await folder?.remove()
})

/** The configuration after `step` edits: weights, a target in and out, a route in and out, header rules, the strategy. */
function document(step = 0) {
  const targets = [
    { id: 'a', url: backends.a.url, weight: 1 + (step % 7) },
    { id: 'b', url: backends.b.url, weight: 1 + (step % 3) },
    ...(step % 4 < 2 ? [{ id: 'c', url: backends.c.url }] : []),
  ]
  const strategies = [
    { type: 'weighted-round-robin' },
    { type: 'random' },
    { type: 'round-robin' },
    { type: 'consistent-hash', key: { from: 'query', name: 'key' } },
  ]
  return {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [
      { id: 'shop', strategy: strategies[Math.floor(step / 10) % 4], targets, drainMs: 2000 },
      { id: 'sockets', targets: [{ id: 'stays', url: backends.a.url, weight: 1 + (step % 2) }], drainMs: 2000 },
      {
        id: 'going',
        targets: step < 50 ? [{ id: 'leaves', url: backends.leaving.url }] : [{ id: 'new', url: backends.b.url }],
        drainMs: 2000,
      },
      { id: 'files', targets: [{ id: 'b', url: backends.b.url }] },
    ],
    routes: [
      {
        id: 'shop',
        match: { path: { type: 'prefix', value: '/shop' } },
        middleware: [{ type: 'headers', response: { set: { 'x-step': String(step) } } }],
        forward: { upstream: 'shop' },
      },
      { id: 'sockets', match: { path: { type: 'prefix', value: '/ws' } }, forward: { upstream: 'sockets' } },
      { id: 'going', match: { path: { type: 'prefix', value: '/going' } }, forward: { upstream: 'going' } },
      { id: 'files', match: { path: { type: 'prefix', value: '/download' } }, forward: { upstream: 'files' } },
      ...(step % 5 === 4
        ? [{ id: `extra-${step}`, match: { hosts: ['extra.example.com'] }, forward: { upstream: 'shop' } }]
        : []),
    ],
  }
}

async function applied(number: number): Promise<void> {
  await eventually(async () => expect((await node.state()).revision?.number).toBeGreaterThanOrEqual(number), 30_000, 5)
}

/** A WebSocket that says something every half second, and notes what comes back and how it ends. */
function openSocket(url: string) {
  const socket = new WebSocket(url.replace('http', 'ws'))
  const seen = { echoes: 0, wrong: [] as string[], closed: undefined as number | undefined }
  let count = 0
  const timer = setInterval(() => {
    if (socket.readyState === WebSocket.OPEN) socket.send(String(count++))
  }, 500)
  let expected = 0
  socket.on('message', (data) => {
    const text = data.toString().split(': ')[1]
    if (text !== String(expected++)) seen.wrong.push(data.toString())
    seen.echoes++
  })
  socket.on('error', (error) => seen.wrong.push(String(error)))
  socket.on('close', (code) => {
    seen.closed = code
    clearInterval(timer)
  })
  const open = new Promise<void>((resolve, reject) => {
    socket.on('open', () => resolve())
    socket.on('error', reject)
  })
  return { seen, open, end: () => socket.close() }
}

/** Reads a download at a steady pace, so that it goes on during the whole of the test; every byte is checked. */
function slowDownload(url: string, bytes: number, milliseconds: number) {
  const started = Date.now()
  const state = { received: 0, wrong: 0, done: false }
  const finished = new Promise<void>((resolve, reject) => {
    request(`${url}/download?bytes=${bytes}`, (response) => {
      response.on('data', (chunk: Buffer) => {
        for (let i = 0; i < chunk.length; i += 997) {
          if (chunk[i] !== downloadByte(state.received + i)) state.wrong++
        }
        state.received += chunk.length
        const due = started + (state.received / bytes) * milliseconds
        if (due > Date.now() + 5) {
          response.pause()
          setTimeout(() => response.resume(), due - Date.now())
        }
      })
      response.on('end', () => {
        state.done = true
        resolve()
      })
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
  return { state, finished }
}

test('200 publishes under load fail no request, close no connection and leave nothing behind', async () => {
  const url = node.url()
  const before = await settled()

  const staying = Array.from({ length: 100 }, () => openSocket(`${url}/ws`))
  const going = Array.from({ length: 20 }, () => openSocket(`${url}/going`))
  await Promise.all([...staying, ...going].map((socket) => socket.open))
  const download = slowDownload(url, megabytes * 1_048_576, 30_000)
  const load = startLoad(`${url}/shop`, { connections: 16, pauseMs: 10 })

  const client = control.client
  let last = 1
  for (let step = 1; step <= publishes; step++) {
    const { revision } = await client.config.apply.mutate({
      text: JSON.stringify(document(step)),
      format: 'json',
      prune: true,
      publish: true,
    })
    if (revision === undefined) throw new Error('nothing was published')
    last = revision
    await applied(last)
  }

  const result = await load.stop()
  expect(result.failures).toEqual([])
  expect(result.connections).toBe(16)
  expect(result.requests).toBeGreaterThan(1000)
  expect(Object.keys(result.backends).sort()).toEqual(['a', 'b', 'c'])

  await download.finished
  expect(download.state).toMatchObject({ received: megabytes * 1_048_576, wrong: 0, done: true })

  expect(staying.map(({ seen }) => seen.closed)).toEqual(staying.map(() => undefined))
  expect(staying.flatMap(({ seen }) => seen.wrong)).toEqual([])
  expect(staying.every(({ seen }) => seen.echoes > 10)).toBe(true)
  expect(going.map(({ seen }) => seen.closed)).toEqual(going.map(() => 1012))
  for (const socket of staying) socket.end()

  // Nothing of 200 revisions stays: one runtime, the sockets of the beginning, the heap of the beginning.
  await eventually(
    async () => {
      const state = await settled()
      expect(state.revision).toBe(last)
      expect(state.runtimes).toEqual([1, 1])
      expect(state.tunnels).toBe(0)
      expect(state.clientConnections).toBe(before.clientConnections)
      // Two workers; compiled code and caches of what has now been used for the first time stay.
      expect(state.heapUsed).toBeLessThan(before.heapUsed + 16 * 1_048_576)
    },
    60_000,
    500,
  )
})

interface WorkerView {
  pid: number
  runtimes: number
  heapUsed: number
}

/** What the node holds, added up over its workers. */
async function settled() {
  const workers = (await node.state())['workers'] as WorkerView[]
  for (const worker of workers) await collectGarbage(node.program, worker.pid)
  const state = (await node.state()) as unknown as {
    revision: { number: number }
    workers: WorkerView[]
    listeners: { connections: number }[]
    upstreams: { targets: { tunnels: number }[] }[]
  }
  return {
    revision: state.revision.number,
    runtimes: state.workers.map((worker) => worker.runtimes),
    heapUsed: state.workers.reduce((sum, worker) => sum + worker.heapUsed, 0),
    clientConnections: state.listeners.reduce((sum, listener) => sum + listener.connections, 0),
    tunnels: state.upstreams.flatMap((upstream) => upstream.targets).reduce((sum, target) => sum + target.tunnels, 0),
  }
}
