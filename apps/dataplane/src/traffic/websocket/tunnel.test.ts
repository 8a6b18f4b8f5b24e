import { randomBytes } from 'node:crypto'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startNamed, startRawBackend } from '../testing/backend.ts'
import { until } from '../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../testing/gateway.ts'
import { agreeing, openTunnel } from '../testing/handshake.ts'
import { makeCertificate } from '../testing/make-certificate.ts'

const nothingLeft = (gateway: Gateway) =>
  until(() => {
    const { sockets } = gateway.traffic.state()
    return sockets.clients === 0 && sockets.targets === 0
  }, 'no socket left')

const lineOf = ({ access }: Gateway, index: number) => access[index]

describe('when a tunnel is over, the log says', () => {
  test('what went through it', async () => {
    await using backend = await startNamed('a')
    await using gateway = await startGateway(forwardTo(backend.url))
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`, { perMessageDeflate: false })
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send('x'.repeat(100))
    await new Promise((resolve) => socket.once('message', resolve))
    expect(gateway.access).toHaveLength(0)
    socket.close(1000)
    await until(() => gateway.access.length === 1)
    // A frame of 100 bytes has a head of 2, and of 6 where it is masked; so has a Close frame, of 2 bytes.
    expect(lineOf(gateway, 0)).toMatchObject({
      status: 101,
      termination: 'completed',
      target: 'a',
      attempts: 1,
      bytesIn: 106 + 8,
      bytesOut: 102 + 4,
    })
    await nothingLeft(gateway)
  })

  test('who broke it off', async () => {
    await using backend = await startRawBackend((socket) => socket.once('data', () => socket.write(agreeing())))
    await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { tunnelIdleMs: 1500 } }))
    const first = await openTunnel(gateway.port)
    first.socket.resetAndDestroy()
    await until(() => gateway.access.length === 1)
    expect(lineOf(gateway, 0)?.termination).toBe('client_gone')

    await openTunnel(gateway.port)
    for (const socket of backend.sockets) socket.resetAndDestroy()
    await until(() => gateway.access.length === 2)
    expect(lineOf(gateway, 1)?.termination).toBe('target_reset')

    await openTunnel(gateway.port)
    await until(() => gateway.access.length === 3, 'nothing has moved for too long')
    expect(lineOf(gateway, 2)?.termination).toBe('tunnel_idle')
    await nothingLeft(gateway)
  })

  test('that its target was to leave', async () => {
    await using backend = await startNamed('a')
    await using gateway = await startGateway(forwardTo(backend.url, { drainMs: 100 }))
    const { socket, got } = await openTunnel(gateway.port)
    await gateway.publish(forwardTo([]))
    await until(() => gateway.access.length === 1)
    expect(lineOf(gateway, 0)).toMatchObject({ status: 101, termination: 'drained' })
    expect(got()).toEqual(Buffer.from([0x88, 2, 1012 >> 8, 1012 & 0xff]))
    socket.destroy()
  })
})

test('a node that ends tells the clients of its WebSockets, and leaves nothing open', async () => {
  await using backend = await startNamed('a')
  const named = { upgrades: ['websocket', 'line'] }
  await using other = await startRawBackend((socket) => socket.once('data', () => socket.write(agreeing('line'))))
  for (const how of ['close', 'destroy'] as const) {
    await using gateway = await startGateway(forwardTo(backend.url, {}, named))
    const { socket, got } = await openTunnel(gateway.port)
    await gateway.publish(forwardTo(other.url, {}, named))
    const line = await openTunnel(gateway.port, 'line')
    if (how === 'close') await gateway.traffic.close(0)
    else gateway.traffic.destroy()
    if (how === 'close') expect(got()).toEqual(Buffer.from([0x88, 2, 1012 >> 8, 1012 & 0xff]))
    await until(() => backend.sockets.size === 0 && other.sockets.size === 0, 'no connection to a target')
    await until(() => gateway.access.length === 2, 'both are in the log')
    expect(gateway.access.map(({ termination }) => termination)).toEqual(['drained', 'drained'])
    socket.destroy()
    line.socket.destroy()
  }
})

test('a WebSocket goes over TLS on both sides, and ends on both', async () => {
  const { certificate, key } = makeCertificate()
  const server = https.createServer({ cert: certificate, key })
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  const document = (drain: boolean) => ({
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['ours'] } }],
    certificates: [{ id: 'ours', certificate, key: { secret: 'ours' } }],
    ...forwardTo([], {
      tls: { ca: certificate },
      drainMs: 100,
      targets: [{ id: 'a', url: `https://localhost:${port}`, drain }],
    }),
  })
  await using gateway = await startGateway(document(false), { secrets: new Map([['ours', key]]) })
  const open = async () => {
    const socket = new WebSocket(`wss://localhost:${gateway.port}/`, { ca: certificate })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return socket
  }
  const socket = await open()
  for (const size of [1, 70_000, 3_000_000]) {
    const data = randomBytes(size)
    socket.send(data)
    const answer = await new Promise<Buffer>((resolve) =>
      socket.once('message', (received: Buffer) => resolve(received)),
    )
    expect(answer.equals(data)).toBe(true)
  }
  socket.terminate()
  await nothingLeft(gateway)
  await until(() => sockets.clients.size === 0, 'the target is told')

  const another = await open()
  for (const client of sockets.clients) client.terminate()
  expect(await new Promise((resolve) => another.once('close', resolve))).toBe(1006)
  await nothingLeft(gateway)

  const last = await open()
  const code = new Promise((resolve) => last.once('close', resolve))
  await gateway.publish(document(true))
  expect(await code).toBe(1012)
  await nothingLeft(gateway)
  await new Promise((resolve) => server.close(resolve))
})
