import http from 'node:http'
import { expect, test } from 'vitest'
import { answering, startBackend, startRawBackend } from './testing/backend.ts'
import { ask, until } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

/** A port on the loopback where nobody listens. */
async function closedPort(): Promise<string> {
  const backend = await startRawBackend(() => {})
  await backend[Symbol.asyncDispose]()
  return backend.url
}

test('weights 5, 1, 1 give the sequence of nginx', async () => {
  await using a = await startBackend((_request, response) => response.end('a'))
  await using b = await startBackend((_request, response) => response.end('b'))
  await using c = await startBackend((_request, response) => response.end('c'))
  const targets = [a, b, c].map((backend, index) => ({
    id: `t${index}`,
    url: backend.url,
    weight: index === 0 ? 5 : 1,
  }))
  await using gateway = await startGateway(forwardTo([], { targets }))
  let sequence = ''
  for (let i = 0; i < 14; i++) sequence += (await ask(gateway.port)).text
  expect(sequence).toBe('aabacaaaabacaa')
})

test('another target is tried when one cannot be reached, whatever the method', async () => {
  await using good = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => response.end('good'))
  })
  await using gateway = await startGateway(forwardTo([await closedPort(), good.url]))
  for (let i = 0; i < 6; i++) {
    expect(await ask(gateway.port, { method: 'POST', body: 'x'.repeat(100_000) })).toMatchObject({
      status: 200,
      text: 'good',
    })
  }
  const [bad] = gateway.traffic.state().upstreams[0]?.targets ?? []
  expect(bad?.failures).toBeGreaterThan(0)
  expect(bad?.failures).toBe(bad?.requests)
})

test('without retries the first failure is the answer', async () => {
  await using gateway = await startGateway(forwardTo(await closedPort(), { retries: { attempts: 0 } }))
  expect((await ask(gateway.port)).text).toContain('connect_failed')
})

test('retries of the route stand over those of the upstream', async () => {
  await using good = await startBackend((_request, response) => response.end('good'))
  await using gateway = await startGateway(
    forwardTo([await closedPort(), good.url], { retries: { attempts: 0 } }, { retries: { attempts: 1 } }),
  )
  for (let i = 0; i < 4; i++) expect((await ask(gateway.port)).text).toBe('good')
})

test('what reached a target is not sent again, whatever became of it', async () => {
  let requests = 0
  await using bad = await startRawBackend((socket) => {
    socket.once('data', () => {
      requests++
      socket.destroy()
    })
  })
  await using gateway = await startGateway(
    forwardTo([bad.url, bad.url.replace('127.0.0.1', '127.0.0.2')], { retries: { attempts: 5 } }),
  )
  expect((await ask(gateway.port)).status).toBe(502)
  expect((await ask(gateway.port, { method: 'POST', body: 'x' })).status).toBe(502)
  expect(requests).toBe(2)
})

/** Answers one request on each connection, and closes it when the next comes in. */
function closesOnTheSecond(count: (method: string) => void) {
  return startRawBackend((socket) => {
    let answered = false
    socket.on('data', (chunk) => {
      if (answered) return void socket.resetAndDestroy()
      answered = true
      count(chunk.toString().slice(0, 4))
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
}

test('a request that may be repeated goes on a new connection when a used one closes on it', async () => {
  let answered = 0
  await using backend = await closesOnTheSecond(() => answered++)
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 5; i++) expect((await ask(gateway.port)).text).toBe('ok')
  expect(answered).toBe(5)
  expect(gateway.traffic.state().upstreams[0]?.targets[0]?.failures).toBe(0)
})

test('a POST is never sent twice', async () => {
  await using backend = await closesOnTheSecond(() => {})
  await using gateway = await startGateway(forwardTo(backend.url))
  expect((await ask(gateway.port, { method: 'POST', body: 'x' })).text).toBe('ok')
  expect((await ask(gateway.port, { method: 'POST', body: 'x' })).status).toBe(502)
})

test('a target that says how long it keeps connections is asked on them no longer than that', async () => {
  let connections = 0
  await using backend = await startRawBackend((socket) => {
    connections++
    answering('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok')(socket)
  })
  await using gateway = await startGateway(forwardTo(backend.url))
  await ask(gateway.port)
  await ask(gateway.port)
  expect(connections).toBe(2)
})

test('connections to targets are kept and used again', async () => {
  let connections = 0
  await using backend = await startBackend((_request, response) => response.end('ok'))
  backend.server.on('connection', () => connections++)
  await using gateway = await startGateway(forwardTo(backend.url))
  for (let i = 0; i < 20; i++) await ask(gateway.port)
  expect(connections).toBe(1)
})

test('503 when there is no target to pick', async () => {
  const targets = [
    { id: 'a', url: 'http://127.0.0.1:1', weight: 0 },
    { id: 'b', url: 'http://127.0.0.1:2', drain: true },
    { id: 'c', url: 'http://127.0.0.1:3', enabled: false },
  ]
  await using gateway = await startGateway(forwardTo([], { targets }))
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(503)
  expect(answer.text).toContain('no_target')
  expect(gateway.traffic.state().upstreams[0]?.targets.map((target) => target.eligible)).toEqual([false, false, false])
})

test('404 when no route matches, in words for whoever asks', async () => {
  await using gateway = await startGateway({})
  const json = await ask(gateway.port)
  expect(json).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(json.text)).toMatchObject({ error: { code: 'no_route', requestId: json.headers['x-request-id'] } })
  const page = await ask(gateway.port, { headers: { accept: 'text/html,*/*' } })
  expect(page.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(page.text).toContain('no_route')
})

test('504 when a target does not accept the connection in time', async () => {
  // A listener that accepts nothing, with a full queue, would be the real thing; an address that drops packets is as good.
  await using gateway = await startGateway(
    forwardTo('http://192.0.2.1:9', { timeouts: { connectMs: 200 }, retries: { attempts: 0 } }),
  )
  const answer = await ask(gateway.port)
  expect([502, 504]).toContain(answer.status)
  if (answer.status === 504) expect(answer.text).toContain('connect_timeout')
})

test.each(['169.254.169.254', '100.100.100.200', '0.0.0.0', '[fe80::1]', '[::]', '[::ffff:169.254.169.254]'])(
  'a target at %s is not reached',
  async (host) => {
    await using gateway = await startGateway(forwardTo(`http://${host}:80`))
    const answer = await ask(gateway.port)
    expect(answer.status).toBe(502)
    expect(answer.text).toContain('address_refused')
  },
)

test('a split shares requests exactly, over publishes too', async () => {
  await using a = await startBackend((_request, response) => response.end('a'))
  await using b = await startBackend((_request, response) => response.end('b'))
  const document = (title: string) => ({
    upstreams: [
      { id: 'a', targets: [{ id: 'a', url: a.url }] },
      { id: 'b', targets: [{ id: 'b', url: b.url }] },
    ],
    routes: [
      {
        id: 'all',
        title,
        forward: {
          split: [
            { upstream: 'a', weight: 3 },
            { upstream: 'b', weight: 1 },
          ],
        },
      },
    ],
  })
  await using gateway = await startGateway(document('0'))
  let sequence = ''
  for (let i = 0; i < 16; i++) {
    sequence += (await ask(gateway.port)).text
    await gateway.publish(document(String(i)))
  }
  expect(sequence).toBe('aabaaabaaabaaaba')
})

test('workers begin at different places of the sequence', async () => {
  await using a = await startBackend((_request, response) => response.end('a'))
  await using b = await startBackend((_request, response) => response.end('b'))
  const first = async (index: number) => {
    const targets = [
      { id: 'a', url: a.url, weight: 100 },
      { id: 'b', url: b.url, weight: 100 },
    ]
    await using gateway = await startGateway(forwardTo([], { targets }), { worker: { index, count: 4 } })
    return (await ask(gateway.port)).text
  }
  expect([await first(0), await first(1), await first(2), await first(3)]).toEqual(['a', 'a', 'b', 'b'])
})

test('404 when a route has nowhere to send what its middleware let pass', async () => {
  await using gateway = await startGateway({
    routes: [{ id: 'secure', middleware: [{ type: 'redirect', scheme: 'http' }] }],
  })
  const answer = await ask(gateway.port)
  expect(answer.status).toBe(404)
  expect(answer.text).toContain('no_route')
})

test('middleware sees answers of ours like any other', async () => {
  await using gateway = await startGateway(
    forwardTo(
      await closedPort(),
      { retries: { attempts: 0 } },
      { middleware: [{ type: 'headers', response: { set: { 'x-via': 'switchyard' } } }] },
    ),
  )
  expect(await ask(gateway.port)).toMatchObject({ status: 502, headers: { 'x-via': 'switchyard' } })
})

test('a keep-alive connection carries many requests', async () => {
  await using backend = await startBackend((_request, response) => response.end('ok'))
  await using gateway = await startGateway(forwardTo(backend.url))
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let i = 0; i < 20; i++) expect((await ask(gateway.port, { agent })).text).toBe('ok')
  expect(gateway.traffic.state().sockets.clients).toBe(1)
  agent.destroy()
  await until(() => gateway.traffic.state().sockets.clients === 0)
})
