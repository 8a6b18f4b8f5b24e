import type { Socket } from 'node:net'
import { seededRandom } from '@switchyard/core/balancers/seeded-random'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startNamed, startRawBackend } from '../testing/backend.ts'
import { connectRaw, exchangeRaw, until } from '../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../testing/gateway.ts'
import { agreeing, asking, openTunnel } from '../testing/handshake.ts'

// What http-proxy 1.18.1 is known to leave open, by the numbers of its issues (github.com/http-party/node-http-proxy).

const nothingLeft = (gateway: Gateway) =>
  until(() => {
    const { sockets, upstreams } = gateway.traffic.state()
    const target = upstreams[0]?.targets[0]
    return sockets.clients === 0 && sockets.targets === 0 && target?.inFlight === 0 && target.tunnels === 0
  }, 'no socket left')

describe('#1586, connections to targets stay open when clients are gone:', () => {
  test('50 clients that reset before the answer', async () => {
    await using backend = await startRawBackend((socket) => void socket.resume())
    await using gateway = await startGateway(forwardTo(backend.url))
    const clients = await Promise.all(Array.from({ length: 50 }, () => connectRaw(gateway.port)))
    for (const client of clients) client.write(`${asking()}\r\n`)
    await until(() => backend.sockets.size === 50)
    for (const client of clients) client.resetAndDestroy()
    await until(() => backend.sockets.size === 0, 'no connection to the target')
    await nothingLeft(gateway)
  })

  test('50 clients that reset an open WebSocket', async () => {
    await using backend = await startNamed('a')
    await using gateway = await startGateway(forwardTo(backend.url))
    const clients = await Promise.all(Array.from({ length: 50 }, () => openTunnel(gateway.port)))
    expect(backend.sockets.size).toBe(50)
    for (const { socket } of clients) socket.resetAndDestroy()
    await until(() => backend.sockets.size === 0, 'no connection to the target')
    await nothingLeft(gateway)
  })
})

test('#1559, a target works on for a client that is gone: one that leaves while it is refused at length', async () => {
  await using backend = await startRawBackend((socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n')
      const timer = setInterval(() => socket.write('5\r\nnever\r\n'), 10)
      socket.on('close', () => clearInterval(timer))
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk
  })
  client.write(`${asking()}\r\n`)
  await until(() => text.split('never').length > 5, 'some of the body')
  client.destroy()
  await until(() => backend.sockets.size === 0, 'no connection to the target')
  await nothingLeft(gateway)
})

describe('#1468, the process ends when an upgrade is refused:', () => {
  const ends: Record<string, (socket: Socket) => void> = {
    'and the connection kept': () => {},
    'and closed': (socket) => socket.end(),
    'and reset': (socket) => setTimeout(() => socket.resetAndDestroy(), 20),
  }
  const answers: Record<string, string> = {
    'with a body': 'HTTP/1.1 400 Bad Request\r\nContent-Length: 4\r\n\r\nnope',
    'without one': 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n',
    'with a body to the end of the connection': 'HTTP/1.1 500 Oh\r\n\r\nnope',
    'with a trailer that is none': 'HTTP/1.1 400 Bad\r\nTrailer: x\r\nContent-Length: 4\r\n\r\nnope',
    'with a 204': 'HTTP/1.1 204 No Content\r\n\r\n',
    'by its going': '',
  }
  const rows = Object.keys(answers).flatMap((answer) => Object.keys(ends).map((end) => [answer, end] as const))
  test.each(rows)('%s, %s', async (answer, end) => {
    await using backend = await startRawBackend((socket) => {
      socket.once('data', () => {
        socket.write(answers[answer] ?? '')
        ends[end]?.(socket)
      })
    })
    await using gateway = await startGateway(forwardTo(backend.url, { timeouts: { responseMs: 300, idleMs: 300 } }))
    // One that waits for the answer, and one that has gone by then.
    const gone = await connectRaw(gateway.port)
    gone.write(`${asking()}\r\n`)
    const { text, closed } = await exchangeRaw(gateway.port, `${asking()}\r\n`, 5000)
    expect(text).toMatch(answer === 'by its going' ? /^HTTP\/1\.1 50[24] / : /^HTTP\/1\.1 [2-5]0[0-9] /)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(closed).toBe(true)
    gone.resetAndDestroy()
    await nothingLeft(gateway)
  })
})

test('#898, a page that is loaded again and again ends the process', async () => {
  const random = seededRandom(898)
  await using backend = await startNamed('a')
  await using gateway = await startGateway(forwardTo(backend.url))
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const client = await connectRaw(gateway.port)
      client.write(`${asking()}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, random() * 40))
      client.write(Buffer.from([0x81, 0x80, 0, 0, 0, 0]))
      await new Promise((resolve) => setTimeout(resolve, random() * 5))
      if (random() < 0.5) client.resetAndDestroy()
      else client.destroy()
    }),
  )
  await nothingLeft(gateway)
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.terminate()
})

describe('an error of one side leaves the other open:', () => {
  test('the target resets', async () => {
    await using backend = await startRawBackend((socket) => {
      socket.once('data', () => socket.write(agreeing()))
    })
    await using gateway = await startGateway(forwardTo(backend.url))
    const client = await openTunnel(gateway.port)
    for (const socket of backend.sockets) socket.resetAndDestroy()
    await until(() => client.socket.readableEnded || client.socket.destroyed, 'the client is told')
    await nothingLeft(gateway)
    client.socket.destroy()
  })

  test('the target resets together with its 101', async () => {
    await using backend = await startRawBackend((socket) => {
      socket.once('data', () => socket.write(agreeing(), () => socket.resetAndDestroy()))
    })
    await using gateway = await startGateway(forwardTo(backend.url))
    const { closed } = await exchangeRaw(gateway.port, `${asking()}\r\n`, 5000)
    expect(closed).toBe(true)
    await nothingLeft(gateway)
  })
})
