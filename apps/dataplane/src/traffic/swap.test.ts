import { createHash } from 'node:crypto'
import http from 'node:http'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startBackend, startNamed } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'

const web = { id: 'web', address: '127.0.0.1', port: 0 }

function openSocket(port: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`)
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })
}

const alive = (gateway: Gateway) => gateway.traffic.state().runtimes
const targetsOf = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets ?? []

test('what is published serves from then on, and nothing of the old one stays', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  await using gateway = await startGateway(forwardTo(a.url))
  expect((await ask(gateway.port)).text).toBe('a')
  await gateway.publish(forwardTo(b.url))
  expect((await ask(gateway.port)).text).toBe('b')
  expect(gateway.traffic.state()).toMatchObject({ revision: { number: 2, hash: '2' }, runtimes: 1, leaving: [] })
  await until(() => a.sockets.size === 0, 'no connection to the old target')
})

test('editing a weight keeps the counters, the connections and the place in the sequence of everything else', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  const document = (weight: number) =>
    forwardTo([], {
      targets: [
        { id: 'a', url: a.url, weight },
        { id: 'b', url: b.url },
      ],
    })
  await using gateway = await startGateway(document(1))
  let connections = 0
  for (const { server } of [a, b]) server.on('connection', () => connections++)
  for (let i = 0; i < 5; i++) await ask(gateway.port)
  await gateway.publish(document(3))
  let sequence = ''
  for (let i = 0; i < 8; i++) sequence += (await ask(gateway.port)).text
  expect([...sequence].filter((name) => name === 'a')).toHaveLength(6)
  expect(targetsOf(gateway).map(({ requests }) => requests)).toEqual([3 + 6, 2 + 2])
  expect(connections).toBe(2)
})

test('a target whose URL changes begins anew', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  await using gateway = await startGateway(forwardTo(a.url))
  await ask(gateway.port)
  await gateway.publish(forwardTo(b.url))
  expect(targetsOf(gateway)[0]).toMatchObject({ id: 'a', url: b.url, requests: 0 })
})

test('under load, publishes of every kind fail no request and close no connection of a client', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  await using c = await startNamed('c')
  const strategies = ['weighted-round-robin', 'random', 'round-robin']
  const document = (n: number): Written => ({
    upstreams: [
      {
        id: 'app',
        strategy: { type: strategies[n % 3] },
        targets: [
          { id: 'a', url: a.url, weight: 1 + (n % 5) },
          ...(n % 2 === 0 ? [{ id: 'b', url: b.url }] : []),
          { id: 'c', url: c.url, drain: n % 4 === 3 },
        ],
      },
    ],
    routes: [
      { id: 'all', forward: { upstream: 'app' } },
      { id: `extra-${n % 7}`, match: { path: { type: 'prefix', value: '/extra' } }, forward: { upstream: 'app' } },
    ],
  })
  await using gateway = await startGateway(document(0))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 })
  let connections = 0
  let requests = 0
  const failed: unknown[] = []
  let done = false
  const load = async (index: number): Promise<void> => {
    while (!done) {
      requests++
      const post = requests % 3 === 0
      try {
        const answer = await ask(gateway.port, {
          agent,
          path: index % 2 ? '/' : '/extra',
          ...(post ? { method: 'POST', body: 'x'.repeat(5000) } : {}),
        })
        if (answer.status !== 200 || !answer.complete) failed.push(answer.text)
      } catch (error) {
        failed.push(error)
      }
    }
  }
  const loops = Array.from({ length: 8 }, (_, index) => load(index))
  await new Promise((resolve) => setTimeout(resolve, 100))
  connections = gateway.traffic.state().sockets.clients
  for (let n = 1; n <= 200; n++) {
    await gateway.publish(document(n))
    const enough = n * 2
    await until(() => requests > enough, 'requests between publishes')
  }
  done = true
  await Promise.all(loops)
  expect(failed).toEqual([])
  expect(requests).toBeGreaterThan(400)
  expect(connections).toBe(8)
  expect(gateway.traffic.state().sockets.clients).toBe(8)
  await until(() => alive(gateway) === 1 && gateway.traffic.state().leaving.length === 0, 'one runtime')
  expect(targetsOf(gateway).map(({ inFlight }) => inFlight)).toEqual([0, 0, 0])
  agent.destroy()
  await until(() => gateway.traffic.state().sockets.clients === 0)
})

test('open WebSockets and a slow download go on over publishes, and pin no old revision', async () => {
  const size = 30_000_000
  const body = Buffer.alloc(size, 'switchyard')
  await using backend = await startBackend((_request, response) => response.end(body))
  new WebSocketServer({ server: backend.server }).on('connection', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  const document = (n: number) =>
    forwardTo([], { title: `${n}`, targets: [{ id: 'a', url: backend.url, weight: 1 + n }] })
  await using gateway = await startGateway(document(0))
  const sockets = await Promise.all(Array.from({ length: 30 }, () => openSocket(gateway.port)))
  const download = await connectRaw(gateway.port)
  const hash = createHash('sha256')
  let received = 0
  let head = ''
  download.on('data', (chunk) => {
    let rest = chunk
    if (!head.includes('\r\n\r\n')) {
      head += chunk.toString('latin1')
      rest = chunk.subarray(chunk.indexOf('\r\n\r\n') + 4)
    }
    received += rest.length
    hash.update(rest)
    download.pause()
    setTimeout(() => download.resume(), 1)
  })
  download.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => received > 0)
  for (let n = 1; n <= 50; n++) await gateway.publish(document(n))
  expect(alive(gateway)).toBe(1)
  expect(received).toBeLessThan(size)
  for (const socket of sockets) {
    const answer = new Promise((resolve) => socket.once('message', (data) => resolve(data.toString())))
    socket.send('still here')
    expect(await answer).toBe('still here')
  }
  await until(() => received === size, 'all of the download')
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'))
  for (const socket of sockets) socket.terminate()
  download.destroy()
  await until(() => gateway.traffic.state().sockets.clients === 0)
})

test('a revision whose port is taken is refused at its place, and leaves nothing behind', async () => {
  await using a = await startNamed('a')
  await using taken = await startNamed('taken')
  await using gateway = await startGateway(forwardTo(a.url))
  const document = {
    listeners: [web, { ...web, id: 'other' }, { ...web, id: 'third', port: taken.port }],
    ...forwardTo(a.url, { title: 'changed' }),
  }
  await expect(gateway.publish(document)).rejects.toMatchObject({
    code: 'port_in_use',
    problems: [{ path: 'listeners[2].port', message: expect.stringContaining('something else listens there') }],
  })
  expect(gateway.traffic.state()).toMatchObject({ revision: { number: 1 }, runtimes: 1, leaving: [] })
  expect(gateway.traffic.state().listeners).toHaveLength(1)
  expect((await ask(gateway.port)).text).toBe('a')
})

test('what is prepared and aborted leaves nothing behind', async () => {
  await using a = await startNamed('a')
  await using b = await startNamed('b')
  await using gateway = await startGateway(forwardTo(a.url))
  const { configOf } = await import('./testing/gateway.ts')
  const config = configOf({ listeners: [web, { ...web, id: 'other' }], ...forwardTo(b.url) })
  const prepared = await gateway.traffic.prepare({ number: 9, hash: '9', config })
  expect(gateway.traffic.state().runtimes).toBe(2)
  await prepared.abort()
  expect(gateway.traffic.state()).toMatchObject({ revision: { number: 1 }, runtimes: 1, leaving: [] })
  expect((await ask(gateway.port)).text).toBe('a')
})

test('a request that comes in by a listener before its revision serves waits for it', async () => {
  await using a = await startNamed('a')
  const { configOf } = await import('./testing/gateway.ts')
  await using gateway = await startGateway({ listeners: [] })
  const spare = await startNamed('spare')
  await spare[Symbol.asyncDispose]()
  const config = configOf({ listeners: [{ ...web, port: spare.port }], ...forwardTo(a.url) })
  const prepared = await gateway.traffic.prepare({ number: 2, hash: '2', config })
  let answered = false
  const answer = ask(spare.port).finally(() => {
    answered = true
  })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(answered).toBe(false)
  prepared.commit()
  expect((await answer).text).toBe('a')
})

test('a request pins the revision it began on until it is answered; an upload that flows pins none', async () => {
  let answer = (): void => {}
  await using a = await startBackend((request, response) => {
    request.resume()
    answer = () => response.end('ok')
  })
  await using gateway = await startGateway(forwardTo(a.url, { title: '1' }))
  const waiting = ask(gateway.port)
  await until(() => targetsOf(gateway)[0]?.inFlight === 1)
  await gateway.publish(forwardTo(a.url, { title: '2' }))
  expect(alive(gateway)).toBe(2)
  answer()
  await waiting
  await until(() => alive(gateway) === 1)

  const upload = await connectRaw(gateway.port)
  upload.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
  await until(() => targetsOf(gateway)[0]?.inFlight === 1)
  await until(() => a.sockets.size > 0)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await gateway.publish(forwardTo(a.url, { title: '3' }))
  expect(alive(gateway)).toBe(1)
  upload.destroy()
})
