import { createHash, randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { type Backend, startRawBackend } from '../testing/backend.ts'
import { connectRaw, exchangeRaw, until } from '../testing/client.ts'
import { forwardTo, type Gateway, startGateway } from '../testing/gateway.ts'
import { agreeing, asking, openTunnel } from '../testing/handshake.ts'

const named = { upgrades: ['websocket', 'line/2.1'] }

/** A target that agrees to `line/2.1`, and does with the tunnel what it likes. */
async function startAgreeing(
  connected: (socket: Socket) => void,
): Promise<Backend & { heads: string[]; over: () => Socket[] }> {
  const heads: string[] = []
  const sockets: Socket[] = []
  const backend = await startRawBackend((socket) => {
    socket.allowHalfOpen = true
    sockets.push(socket)
    socket.once('data', (chunk) => {
      const text = chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n') + 4
      heads.push(text.slice(0, end))
      if (end < text.length) socket.unshift(chunk.subarray(end))
      socket.write(agreeing('line/2.1'))
      connected(socket)
    })
  })
  return { ...backend, heads, over: () => sockets }
}

const echo = (socket: Socket): void => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
}

const nothingLeft = (gateway: Gateway) =>
  until(() => {
    const { sockets, upstreams } = gateway.traffic.state()
    const target = upstreams[0]?.targets[0]
    return sockets.clients === 0 && sockets.targets === 0 && target?.inFlight === 0 && target.tunnels === 0
  }, 'no socket left')

test('a protocol that the route names is tunnelled, and nothing in it looked at', async () => {
  await using backend = await startAgreeing(echo)
  await using gateway = await startGateway(forwardTo(`${backend.url}/base`, {}, named))
  const { socket, got } = await openTunnel(gateway.port, 'Line/2.1')
  expect(backend.heads[0]).toMatch(/^GET \/base\/ HTTP\/1\.1\r\nHost: a\r\n/)
  expect(backend.heads[0]).toMatch(/\r\nConnection: upgrade\r\nUpgrade: Line\/2\.1\r\n\r\n$/)
  expect(backend.heads[0]).toMatch(/\r\nx-forwarded-for: 127\.0\.0\.1\r\n/i)
  const data = Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n\0\xff'), randomBytes(3_000_000)])
  socket.write(data)
  await until(() => got().length === data.length, 'everything')
  expect(got().equals(data)).toBe(true)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]).toMatchObject({ tunnels: 1, inFlight: 0, connections: 1 })
  socket.end()
  await nothingLeft(gateway)
  socket.destroy()
})

describe('not switched to:', () => {
  const rows: [string, Record<string, unknown>, string][] = [
    ['a protocol that the route does not name', named, 'other'],
    ['another version of one that it names', named, 'line/2.0'],
    ['WebSocket, where the route names nothing', { upgrades: [] }, 'websocket'],
    ['WebSocket, where the route names something else', { upgrades: ['line/2.1'] }, 'websocket'],
    ['h2c', named, 'h2c'],
    ['two protocols that it names', named, 'line/2.1, websocket'],
  ]
  test.each(rows)('%s', async (_name, route, protocol) => {
    await using backend = await startAgreeing(echo)
    await using gateway = await startGateway(forwardTo(backend.url, {}, route))
    const { text, closed } = await exchangeRaw(gateway.port, `${asking(protocol)}\r\nhi`, 5000)
    expect(text).toMatch(/^HTTP\/1\.1 501 /)
    expect(text).toContain('upgrade_refused')
    expect(closed).toBe(true)
    expect(backend.heads).toEqual([])
  })

  const answers: Record<string, string> = {
    'a 101 with another protocol': agreeing('line/2.0'),
    'a 101 with WebSocket': agreeing(),
    'a 101 with a list of protocols': agreeing('line/2.1, line/2.0'),
    'a 101 without a protocol': 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n\r\n',
    'a 101 that Connection does not speak of': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: line/2.1\r\n\r\n',
    'a 101 with a control byte': agreeing('line/2.1').replace('\r\n\r\n', '\r\nX: \x01\r\n\r\n'),
    'a 101 of HTTP/1.0': agreeing('line/2.1').replace('1.1', '1.0'),
    'a 101 with a length': agreeing('line/2.1').replace('\r\n\r\n', '\r\nContent-Length: 5\r\n\r\n'),
    'no HTTP': 'line/2.1 at your service\r\n\r\n',
  }
  test.each(Object.entries(answers))('%s is 502', async (_name, answer) => {
    let got = ''
    await using backend = await startRawBackend((socket) => {
      socket.on('data', (chunk) => {
        got += chunk.toString('latin1').split('\r\n\r\n')[1]
        socket.write(answer, 'latin1')
      })
    })
    await using gateway = await startGateway(forwardTo(backend.url, {}, named))
    const { text, closed } = await exchangeRaw(gateway.port, `${asking('line/2.1')}\r\nhidden`, 5000)
    expect(text).toMatch(/^HTTP\/1\.1 502 /)
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(closed).toBe(true)
    expect(got).toBe('')
    await nothingLeft(gateway)
  })
})

describe('an answer that is no 101 reaches the client as an ordinary one:', () => {
  const long = 'x'.repeat(300_000)
  const rows: [string, string, string][] = [
    ['with a length', 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 3\r\n\r\nold', 'old'],
    ['chunked', 'HTTP/1.1 426 Upgrade Required\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n', 'old'],
    ['to the end of the connection', `HTTP/1.1 426 Upgrade Required\r\n\r\n${long}`, long],
    ['in many pieces', `HTTP/1.1 426 Upgrade Required\r\nContent-Length: 300000\r\n\r\n${long}`, long],
    ['after interim ones', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 426 No\r\nContent-Length: 3\r\n\r\nold`, 'old'],
  ]
  test.each(rows.flatMap((row) => [['websocket', ...row] as const, ['line/2.1', ...row] as const]))(
    '%s, %s',
    async (protocol, _name, answer, body) => {
      let seen = ''
      await using backend = await startRawBackend((socket) => {
        socket.once('data', (chunk) => {
          seen += chunk.toString('latin1').split('\r\n\r\n')[1]
          socket.write(answer)
          if (!/Length|Transfer/.test(answer)) socket.end()
        })
        socket.on('data', (chunk) => {
          if (seen !== '') seen += chunk
        })
      })
      await using gateway = await startGateway(forwardTo(backend.url, {}, named))
      const { text, closed } = await exchangeRaw(
        gateway.port,
        `${asking(protocol)}\r\nGET /hidden HTTP/1.1\r\n\r\n`,
        5000,
      )
      expect(text).toMatch(/^HTTP\/1\.1 426 /)
      expect(text.replace(/\r\n[0-9a-f]+\r\n/g, '').includes(body)).toBe(true)
      expect(closed).toBe(true)
      expect(seen).toBe('')
      await nothingLeft(gateway)
    },
  )
})

test('any method may ask, and one that brings a body says that there is none', async () => {
  await using backend = await startAgreeing(echo)
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk
  })
  client.write(`${asking('line/2.1', 'POST')}\r\n`)
  await until(() => text.includes('\r\n\r\n'))
  expect(text).toMatch(/^HTTP\/1\.1 101 /)
  expect(text).toMatch(/\r\nConnection: Upgrade\r\nUpgrade: line\/2\.1\r\n/)
  expect(backend.heads[0]).toMatch(/^POST /)
  expect(backend.heads[0]).toContain('\r\nContent-Length: 0\r\n')
  client.destroy()
  const withBody = await exchangeRaw(gateway.port, `${asking('line/2.1', 'POST')}Content-Length: 2\r\n\r\nhi`, 5000)
  expect(withBody.text).toMatch(/^HTTP\/1\.1 400 /)
})

test('what is sent together with the question, or together with the answer, comes first', async () => {
  let got = ''
  await using backend = await startRawBackend((socket) => {
    socket.once('data', (chunk) => {
      got += chunk.toString('latin1').split('\r\n\r\n')[1]
      socket.write(`${agreeing('line/2.1')}hello `)
      socket.on('data', (more) => {
        got += more
        socket.write('client')
      })
    })
  })
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const client = await connectRaw(gateway.port)
  let text = ''
  client.on('data', (chunk) => {
    text += chunk
  })
  client.write(`${asking('line/2.1')}\r\nhello target`)
  await until(() => text.endsWith('client'))
  expect(text).toMatch(/\r\n\r\nhello client$/)
  expect(got).toBe('hello target')
  client.destroy()
  await nothingLeft(gateway)
})

test('the end of one direction is passed on, and the other goes on', async () => {
  await using backend = await startAgreeing((socket) => {
    const hash = createHash('sha256')
    socket.on('data', (chunk) => hash.update(chunk))
    socket.on('end', () => setTimeout(() => socket.end(hash.digest('hex')), 300))
  })
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const { socket, got, ended } = await openTunnel(gateway.port, 'line/2.1')
  const data = randomBytes(500_000)
  socket.end(data)
  await until(ended, 'the end of the answer')
  expect(got().toString()).toBe(createHash('sha256').update(data).digest('hex'))
  await nothingLeft(gateway)

  await using talker = await startAgreeing((target) => {
    target.end('bye')
    target.on('data', (chunk) => heard.push(chunk))
    target.on('end', () => heard.push(Buffer.from('|')))
  })
  const heard: Buffer[] = []
  await gateway.publish(forwardTo(talker.url, {}, named))
  const other = await openTunnel(gateway.port, 'line/2.1')
  await until(other.ended, 'the end of what the target says')
  expect(other.got().toString()).toBe('bye')
  other.socket.end('still here')
  await until(() => Buffer.concat(heard).toString() === 'still here|', 'the target hears on')
  await nothingLeft(gateway)
})

test('no more is taken from one side than the other takes, and nothing is lost', async () => {
  let read = (): void => {}
  const hash = createHash('sha256')
  let received = 0
  await using backend = await startAgreeing((socket) => {
    socket.pause()
    socket.on('end', () => socket.end())
    read = () => {
      socket.on('data', (chunk) => {
        received += chunk.length
        hash.update(chunk)
      })
      socket.resume()
    }
  })
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const { socket } = await openTunnel(gateway.port, 'line/2.1')
  const sent = createHash('sha256')
  const piece = randomBytes(100_000)
  let written = 0
  // More than the kernel holds for four sockets, in pieces that each wait until the one before was taken.
  const total = 60_000_000
  let taken = 0
  const write = (): void => {
    while (written < total) {
      sent.update(piece)
      written += piece.length
      if (
        !socket.write(piece, () => {
          taken += piece.length
        })
      )
        break
    }
  }
  socket.on('drain', write)
  write()
  let before = -1
  // Until nothing moves any more.
  while (before !== taken) {
    before = taken
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  expect(taken).toBeLessThan(total)
  read()
  await until(() => received === total, 'everything')
  expect(hash.digest('hex')).toBe(sent.digest('hex'))
  socket.destroy()
  await nothingLeft(gateway)
})

test('what broke off does not look like an end', async () => {
  await using backend = await startAgreeing(echo)
  await using gateway = await startGateway(forwardTo(backend.url, {}, named))
  const errors: (string | undefined)[] = []
  const first = await openTunnel(gateway.port, 'line/2.1')
  const target = backend.over().at(-1)
  target?.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code))
  first.socket.resetAndDestroy()
  await until(() => errors.length === 1, 'the target is told')

  const second = await openTunnel(gateway.port, 'line/2.1')
  second.socket.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code))
  backend.over().at(-1)?.resetAndDestroy()
  await until(() => errors.length === 2, 'the client is told')
  expect(errors).toEqual(['ECONNRESET', 'ECONNRESET'])
  expect(second.ended()).toBe(false)
  await nothingLeft(gateway)
})

test('it ends when nothing moves for too long, and when the time of its target is over', async () => {
  await using backend = await startAgreeing(echo)
  const document = (drain: boolean) =>
    forwardTo(
      [],
      { drainMs: 300, timeouts: { tunnelIdleMs: 400 }, targets: [{ id: 'a', url: backend.url, drain }] },
      named,
    )
  await using gateway = await startGateway(document(false))
  const { socket, got } = await openTunnel(gateway.port, 'line/2.1')
  for (let i = 0; i < 6; i++) {
    socket.write('x')
    await new Promise((resolve) => setTimeout(resolve, 150))
  }
  expect(got().toString()).toBe('xxxxxx')
  await until(() => socket.destroyed, 'the end of one that is idle')
  await nothingLeft(gateway)

  const other = await openTunnel(gateway.port, 'line/2.1')
  const timer = setInterval(() => other.socket.write('x'), 50)
  await gateway.publish(document(true))
  expect(other.socket.destroyed).toBe(false)
  await until(() => other.socket.destroyed, 'the end of one whose target leaves')
  clearInterval(timer)
  await nothingLeft(gateway)
})
