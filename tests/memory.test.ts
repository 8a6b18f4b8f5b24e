import { writeFile } from 'node:fs/promises'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { certificates } from './support/certificates.ts'
import { Child } from './support/children.ts'
import { collectable } from './support/collect-garbage.ts'
import { descriptorLimit } from './support/descriptors.ts'
import { eventually } from './support/eventually.ts'
import type { ManySocketsAnswer, ManySocketsQuestion } from './support/many-sockets.ts'
import { inMegabytes, megabyte, memoryOf } from './support/memory.ts'
import { patternAt } from './support/pattern.ts'
import { DataPlane, temporaryFolder } from './support/product.ts'
import { head, RawConnection } from './support/raw-http.ts'
import { readSoakOptions } from './support/soak/options.ts'

const options = readSoakOptions()
/** A worker has two descriptors for each, and some of its own. */
const webSockets = Math.min(options.webSockets, Math.floor((descriptorLimit() - 200) / 2))
/** Of one WebSocket: 200 MB for 10,000. */
const mayHold = (200 * megabyte) / 10_000

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let node: DataPlane
const ends: (() => unknown)[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
})

afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  await node?.program.stop()
  await folder.remove()
})

/** One worker in front of one backend, by http and https. */
async function startNode(backendPort: number): Promise<void> {
  const [{ certificate, key }] = certificates
  const keyFile = join(folder.path, 'key.pem')
  await writeFile(keyFile, key, { mode: 0o600 })
  const limits = { connections: 0 }
  const document = {
    switchyard: 1,
    listeners: [
      { id: 'web', address: '127.0.0.1', port: 0, limits },
      { id: 'secure', address: '127.0.0.1', port: 0, limits, protocol: 'https', tls: { certificates: ['shown'] } },
    ],
    certificates: [{ id: 'shown', certificate, key: { file: keyFile } }],
    upstreams: [{ id: 'backend', targets: [{ id: 'only', url: `http://127.0.0.1:${backendPort}` }] }],
    routes: [{ id: 'all', forward: { upstream: 'backend' } }],
  }
  const file = join(folder.path, 'gateway.json')
  await writeFile(file, JSON.stringify(document))
  const args = ['--config', file, '--workers', '1', '--data', join(folder.path, 'node')]
  node = await DataPlane.start(args, await collectable())
}

interface Worker {
  readonly pid: number
  readonly sockets: { readonly clients: number; readonly targets: number }
}

async function worker(): Promise<Worker> {
  const [only] = (await node.state())['workers'] as Worker[]
  if (!only) throw new Error('there is no worker')
  return only
}

const memory = async () => memoryOf(node.program, (await worker()).pid)
const portOf = (listener: string) => Number(new URL(node.url(listener)).port)

test(`${webSockets} idle WebSockets take at most ${inMegabytes(webSockets * mayHold)} of a worker`, async () => {
  const backend = new Child<ManySocketsQuestion, ManySocketsAnswer>('many-sockets.ts')
  const clients = new Child<ManySocketsQuestion, ManySocketsAnswer>('many-sockets.ts')
  ends.push(
    () => clients.stop(),
    () => backend.stop(),
  )
  await startNode((await backend.ask({ type: 'listen' })).port)
  // The first ones are the dearest: their code is compiled, and caches are filled.
  await clients.ask({ type: 'connect', port: portOf('web'), count: 200 })
  await clients.ask({ type: 'say' })
  await clients.ask({ type: 'close' })
  await eventually(async () => expect((await worker()).sockets).toEqual({ clients: 0, targets: 0 }))
  const before = await memory()

  // A worker has two descriptors for each, and some of its own.
  const count = Math.min(options.webSockets, Math.floor((descriptorLimit() - 200) / 2))
  await clients.ask({ type: 'connect', port: portOf('web'), count })
  expect((await clients.ask({ type: 'say' })).heard).toBe(count)
  await sleep(1000)
  expect((await worker()).sockets).toEqual({ clients: count, targets: count })
  const during = await memory()
  const held = during.held - before.held
  const rss = during.rss - before.rss
  console.log(`${count} WebSockets: ${inMegabytes(held)} held, ${inMegabytes(rss)} resident`)
  expect(rss).toBeLessThan(count * mayHold)

  expect((await clients.ask({ type: 'say' })).heard).toBe(count)
  await clients.ask({ type: 'close' })
  await eventually(async () => expect((await worker()).sockets).toEqual({ clients: 0, targets: 0 }))
  const after = await memory()
  console.log(`afterwards: ${inMegabytes(after.held - before.held)} held`)
  expect(after.held).toBeLessThan(before.held + Math.max(held / 10, 2 * megabyte))
}, 300_000)

/** Slow ones at a time, so that what each holds is told from what a process takes and gives back by itself. */
const slow = 20

test('a client, or a backend, that reads 1 KB a second of 1 GB holds less than 1 MB', async () => {
  let uploads = 0
  const server = createServer((request, response) => {
    request.on('error', () => {})
    if (request.method === 'POST') {
      uploads++
      if (request.url === '/quick') request.resume().on('end', () => response.end())
      else readSlowly(request)
    } else send(response, request.url === '/quick' ? quick : 1_000_000_000)
  })
  await startNode(await listen(server))
  await warmUp((client) => client.request(head('GET', '/quick'), { onBody: () => {} }))
  await warmUp((client) =>
    client.request(
      Buffer.concat([Buffer.from(head('POST', '/quick', { 'content-length': quick })), Buffer.alloc(quick)]),
    ),
  )
  const before = await memory()

  uploads = 0
  const clients = Array.from({ length: slow }, (_, i) => connect(i))
  for (const client of clients.slice(0, slow / 2)) {
    // What reads by itself is taken off.
    client.socket.removeAllListeners('data').pause()
    client.socket.write(head('GET', '/'))
    readSlowly(client.socket)
  }
  for (const [i, client] of clients.slice(slow / 2).entries()) uploadWithoutEnd(client, i % 4 < 2)
  await eventually(async () => expect((await worker()).sockets).toEqual({ clients: slow, targets: slow }))
  await eventually(() => expect(uploads).toBe(slow / 2))

  for (let second = 0; second < options.slowSeconds; second += 3) {
    await sleep(3000)
    const { held, rss } = await memory()
    const each = { held: (held - before.held) / slow, rss: (rss - before.rss) / slow }
    console.log(`each of the slow: ${inMegabytes(each.held)} held, ${inMegabytes(each.rss)} resident`)
    expect(each.held).toBeLessThan(megabyte)
    expect(each.rss).toBeLessThan(megabyte)
  }
  expect((await worker()).sockets).toEqual({ clients: slow, targets: slow })
  expect(clients.every(({ socket }) => !socket.destroyed)).toBe(true)
})

const quick = 8 * megabyte

/** By turns over http and https. */
function connect(i: number): RawConnection {
  const client = new RawConnection({ port: portOf(i % 2 === 0 ? 'web' : 'secure'), tls: i % 2 === 1 })
  ends.push(() => client.destroy())
  return client
}

function readSlowly(stream: Readable): void {
  const timer = setInterval(() => stream.read(1024), 1000)
  stream.on('close', () => clearInterval(timer))
}

function send(response: ServerResponse, length: number): void {
  response.writeHead(200, { 'content-length': length })
  let sent = 0
  const more = () => {
    while (sent < length && !response.destroyed) {
      const part = patternAt(sent, length - sent)
      sent += part.length
      if (!response.write(part)) return
    }
    response.end()
  }
  response.on('drain', more)
  more()
}

function uploadWithoutEnd({ socket, opened }: RawConnection, chunked: boolean): void {
  socket.write(head('POST', '/', chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': 1_000_000_000 }))
  const piece = chunked ? Buffer.from(`8000\r\n${'x'.repeat(0x8000)}\r\n`) : Buffer.alloc(0x8000)
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on('drain', more)
  opened.then(more, () => {})
}

/** As much at once as the slow ones bring, so that what a process takes once and keeps is not put on them. */
async function warmUp(request: (client: RawConnection) => Promise<unknown>): Promise<void> {
  const clients = Array.from({ length: slow }, (_, i) => connect(i))
  await Promise.all(clients.map(request))
  for (const client of clients) client.destroy()
  await eventually(async () => expect((await worker()).sockets.clients).toBe(0))
}

async function listen(server: Server): Promise<number> {
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
