import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type Backend, startRawBackend } from '../testing/backend.ts'
import { until } from '../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../testing/gateway.ts'
import { agreeing, openTunnel } from '../testing/handshake.ts'

const named = { upgrades: ['websocket', 'line'] }

/** A target that agrees and then reads nothing, until it is told to. */
async function startStanding(): Promise<Backend & { all: Socket[] }> {
  const all: Socket[] = []
  const backend = await startRawBackend((socket) => {
    all.push(socket)
    socket.allowHalfOpen = true
    socket.once('data', (chunk) => {
      socket.write(agreeing(/\r\nupgrade: line\r\n/i.test(chunk.toString()) ? 'line' : 'websocket'))
      socket.pause()
    })
  })
  return { ...backend, all }
}

/** A frame of a client with so many bytes, which its mask leaves as they are. */
function frame(size: number): Buffer {
  const head = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(size, 6)
  return Buffer.concat([head, Buffer.alloc(size, 'x')])
}

/** Writes until nothing more is taken; returns how often. */
async function fill(socket: Socket, piece: Buffer): Promise<number> {
  let [written, taken, before] = [0, 0, -1]
  let full = false
  const write = (): void => {
    while (!full && socket.writableLength < 1_000_000) {
      written++
      socket.write(piece, () => {
        taken++
        write()
      })
    }
  }
  write()
  while (before !== taken) {
    before = taken
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  full = true
  expect(taken).toBeLessThan(written)
  return written
}

const tunnels = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets[0]?.tunnels

test('a client that closes a WebSocket whose target reads nothing is noticed, and one that waits is not ended', async () => {
  await using backend = await startStanding()
  await using gateway = await startGateway(forwardTo(backend.url))
  const waits = await openTunnel(gateway.port)
  const goes = await openTunnel(gateway.port)
  const piece = frame(200_000)
  const [written] = await Promise.all([fill(waits.socket, piece), fill(goes.socket, piece)])
  expect(tunnels(gateway)).toBe(2)
  goes.socket.destroy()
  await until(() => tunnels(gateway) === 1, 'one of them has ended')
  // Whoever is asked whether it is there gets a Pong, and need not answer.
  await until(() => waits.got().length > 0, 'the other has been asked')
  expect(waits.got().subarray(0, 2)).toEqual(Buffer.from([0x8a, 0]))
  let [received, seen] = [0, 0]
  backend.all[0]?.on('data', (chunk: Buffer) => {
    received += chunk.length
    for (const byte of chunk) if (byte === 0x78) seen++
  })
  backend.all[0]?.resume()
  await until(() => received === written * piece.length, 'everything')
  expect(seen).toBe(written * 200_000)
  waits.socket.destroy()
  await until(() => tunnels(gateway) === 0)
})

test('a client that resets a tunnel of another protocol whose target reads nothing is noticed', async () => {
  await using backend = await startStanding()
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const { socket } = await openTunnel(gateway.port, 'line')
  await fill(socket, Buffer.alloc(100_000))
  socket.resetAndDestroy()
  await until(() => tunnels(gateway) === 0, 'it has ended')
  await until(() => gateway.traffic.state().sockets.targets === 0, 'no connection to the target')
})

test('a side that has ended, and later resets the connection, is noticed', async () => {
  await using backend = await startStanding()
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const client = await openTunnel(gateway.port, 'line')
  client.socket.end()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(tunnels(gateway)).toBe(1)
  client.socket.resetAndDestroy()
  await until(() => tunnels(gateway) === 0, 'it has ended')

  const other = await openTunnel(gateway.port, 'line')
  const target = backend.all[1]
  target?.end()
  await until(other.ended)
  target?.resetAndDestroy()
  await until(() => tunnels(gateway) === 0, 'it has ended')
  other.socket.destroy()
})
