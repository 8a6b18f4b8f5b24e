import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Backend } from './support/backend.ts'
import { eventually } from './support/eventually.ts'
import { startLoad } from './support/load.ts'
import { DataPlane, temporaryFolder } from './support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backends: Backend[]
let node: DataPlane

beforeAll(async () => {
  folder = await temporaryFolder()
  backends = await Promise.all([Backend.start('a'), Backend.start('b')])
  const file = join(folder.path, 'gateway.json')
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [
      {
        id: 'shop',
        targets: backends.map((backend, i) => ({ id: backend.name, url: backend.url, weight: [5, 1][i] })),
      },
    ],
    routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
  }
  await writeFile(file, JSON.stringify(document))
  node = await DataPlane.start(['--config', file, '--workers', '2', '--data', join(folder.path, 'node')])
})

afterAll(async () => {
  await node?.program.stop()
  await Promise.all((backends ?? []).map((backend) => backend.close()))
  await folder?.remove()
})

const workers = async () => (await node.state())['workers'] as { pid: number; revision: number }[]

test('shares are exact over all workers', async () => {
  const seen: Record<string, number> = {}
  for (let i = 0; i < 120; i++) {
    // A connection of its own for each request, so that they are dealt to the workers in turn.
    const response = await fetch(node.url(), { headers: { connection: 'close' } })
    const name = await response.text()
    seen[name] = (seen[name] ?? 0) + 1
  }
  expect(seen).toEqual({ a: 100, b: 20 })
})

test('a worker killed under load is started again, and the connections of the others go on', async () => {
  const url = node.url()
  const before = await workers()
  expect(before).toHaveLength(2)
  const victim = before[0]
  if (!victim) throw new Error('no worker')

  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = new WebSocket(url.replace('http', 'ws'))
      const state = { closed: false, echoes: 0 }
      socket.on('close', () => {
        state.closed = true
      })
      socket.on('error', () => {})
      socket.on('message', () => state.echoes++)
      await new Promise((resolve) => socket.on('open', resolve))
      return { socket, state }
    }),
  )
  const load = startLoad(url, { connections: 8, pauseMs: 5 })
  await eventually(() => expect(load.result.requests).toBeGreaterThan(100))
  process.kill(victim.pid, 'SIGKILL')

  const after = await eventually(async () => {
    const now = await workers()
    expect(now).toHaveLength(2)
    expect(now.every((worker) => worker.revision === 1)).toBe(true)
    expect(now.some((worker) => worker.pid === victim.pid)).toBe(false)
    return now
  })
  expect(after.map((worker) => worker.pid)).toContain(before[1]?.pid)

  const alive = sockets.filter(({ state }) => !state.closed)
  // Connections are dealt to the workers in turn, but those of the test before count too.
  expect(alive.length).toBeGreaterThanOrEqual(6)
  expect(alive.length).toBeLessThanOrEqual(14)
  for (const { socket } of alive) socket.send('still here')
  await eventually(() => expect(alive.every(({ state }) => state.echoes === 1)).toBe(true))

  const result = await load.stop()
  // Only what the dead worker had in hand can be lost: one request on each of its connections, and each reconnects.
  expect(result.failures.length).toBeLessThanOrEqual(6)
  expect(result.connections).toBeLessThanOrEqual(14)
  for (const { socket } of sockets) socket.terminate()
})
