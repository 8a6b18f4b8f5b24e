import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startBackend, startNamed, startRawBackend } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

function openSocket(port: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

const targetsOf = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets ?? []

test('what a removed target is serving finishes within its time; a WebSocket then gets 1012, a download is cut', async () => {
  let finishSlow = (): void => {}
  await using a = await startBackend((request, response) => {
    if (request.url === '/slow') finishSlow = () => response.end('slow')
    else {
      response.writeHead(200)
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    }
  })
  new WebSocketServer({ server: a.server }).on('connection', (socket) => {
    const timer = setInterval(() => socket.send('x'.repeat(70_000)), 5)
    socket.on('close', (code) => {
      codes.push(code)
      clearInterval(timer)
    })
  })
  const codes: number[] = []
  await using b = await startNamed('b')
  await using gateway = await startGateway(forwardTo(a.url, { drainMs: 2000 }))
  const slow = ask(gateway.port, { path: '/slow' })
  const endless = ask(gateway.port, { path: '/endless' })
  const sockets = await Promise.all(Array.from({ length: 10 }, () => openSocket(gateway.port)))
  const closing = sockets.map(
    (socket) => new Promise<number>((resolve) => socket.once('close', (code) => resolve(code))),
  )
  const broken = sockets.map((socket) => new Promise<Error>((resolve) => socket.once('error', resolve)))
  await until(() => targetsOf(gateway)[0]?.inFlight === 2)
  await gateway.publish(forwardTo(b.url))
  expect(gateway.traffic.state().leaving).toMatchObject([
    { upstream: 'app', id: 'a', inFlight: 2, tunnels: 10, draining: true },
  ])
  expect((await ask(gateway.port)).text).toBe('b')
  finishSlow()
  expect((await slow).text).toBe('slow')
  expect(sockets.every((socket) => socket.readyState === WebSocket.OPEN)).toBe(true)
  expect(await Promise.all(closing)).toEqual(sockets.map(() => 1012))
  expect(await Promise.race([Promise.all(broken), Promise.resolve('none')])).toBe('none')
  expect((await endless).complete).toBe(false)
  await until(() => codes.length === 10, 'the target is told too')
  expect(codes).toEqual(codes.map(() => 1001))
  await until(() => gateway.traffic.state().leaving.length === 0, 'nothing is leaving')
  await until(() => a.sockets.size === 0, 'no connection to the target')
})

test('a target set to drain takes nothing new, and what it serves ends at its time; undrained it goes on', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  const document = (drain: boolean) =>
    forwardTo([], {
      drainMs: 400,
      targets: [
        { id: 'a', url: a.url, drain },
        { id: 'b', url: b.url, weight: 0 },
      ],
    })
  await using gateway = await startGateway(document(false))
  const kept = await openSocket(gateway.port)
  await gateway.publish(document(true))
  expect((await ask(gateway.port)).status).toBe(503)
  expect(targetsOf(gateway)[0]).toMatchObject({ draining: true, eligible: false, effectiveWeight: 0, tunnels: 1 })
  await gateway.publish(document(false))
  expect((await ask(gateway.port)).text).toBe('a')
  await new Promise((resolve) => setTimeout(resolve, 800))
  expect(kept.readyState).toBe(WebSocket.OPEN)
  const code = new Promise((resolve) => kept.once('close', resolve))
  await gateway.publish(document(true))
  expect(await code).toBe(1012)
})

test('a target that comes back while it is leaving stays', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  const both = forwardTo([a.url, b.url], { drainMs: 300 })
  await using gateway = await startGateway(both)
  const sockets = [await openSocket(gateway.port), await openSocket(gateway.port)]
  await gateway.publish(forwardTo([a.url], { drainMs: 300 }))
  expect(gateway.traffic.state().leaving).toHaveLength(1)
  await gateway.publish(both)
  expect(gateway.traffic.state().leaving).toHaveLength(0)
  expect(targetsOf(gateway)[1]).toMatchObject({ tunnels: 1, requests: 1 })
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(sockets.map((socket) => socket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN])
  for (const socket of sockets) socket.terminate()
})

test('a WebSocket that must end in the middle of a slow frame ends after it, also where the target ends with its input', async () => {
  const frame = Buffer.concat([Buffer.from([0x81, 50]), Buffer.alloc(50, 'x')])
  let finishFrame = (): void => {}
  await using target = await startRawBackend((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n')
      socket.write('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n')
      socket.write(frame.subarray(0, 20))
      finishFrame = () => socket.write(frame.subarray(20))
    })
  })
  const document = (drain: boolean) => forwardTo([], { drainMs: 100, targets: [{ id: 'a', url: target.url, drain }] })
  await using gateway = await startGateway(document(false))
  const client = await connectRaw(gateway.port)
  let bytes = Buffer.alloc(0)
  client.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
  })
  const fromTunnel = () => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
  client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n')
  client.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n')
  await until(() => fromTunnel().length === 20, 'the first part of the frame')
  await gateway.publish(document(true))
  await new Promise((resolve) => setTimeout(resolve, 600))
  finishFrame()
  const close = Buffer.from([0x88, 2, 1012 >> 8, 1012 & 0xff])
  await until(() => fromTunnel().length === frame.length + close.length, 'the rest')
  expect(fromTunnel()).toEqual(Buffer.concat([frame, close]))
  client.destroy()
})
