import { expect, test } from 'vitest'
import { startBackend } from './testing/backend.ts'
import { ask, connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'

const targetsOf = (gateway: Gateway) => gateway.traffic.state().upstreams[0]?.targets ?? []
const latencyOf = (gateway: Gateway, index = 0): number => targetsOf(gateway)[index]?.latencyMs ?? Number.NaN
const quiet = { passive: { consecutiveFailures: 0 } }

test('what a target takes for its answers is known, over publishes as well, and is not what its client takes', async () => {
  await using slow = await startBackend((request, response) => {
    request.resume()
    request.on('end', () => setTimeout(() => response.end('ok'), request.url === '/slow' ? 300 : 0))
  })
  await using gateway = await startGateway(forwardTo(slow.url))
  expect(targetsOf(gateway)[0]?.latencyMs).toBe(null)
  const client = await connectRaw(gateway.port)
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  client.write('67890')
  await new Promise((resolve) => client.once('data', resolve))
  client.destroy()
  expect(latencyOf(gateway)).toBeLessThan(1000)
  await ask(gateway.port, { path: '/slow' })
  expect(latencyOf(gateway)).toBeGreaterThan(250)
  await gateway.publish(forwardTo(slow.url, { drainMs: 1000, strategy: { type: 'latency' } }))
  expect(latencyOf(gateway)).toBeGreaterThan(200)
})

test.each([
  ['cannot be reached', undefined],
  ['resets at once', 'reset'],
  ['answers 503 at once', '503'],
])('a target that %s gets hardly any traffic by latency, though it is the fastest to fail', async (_name, how) => {
  await using bad = await startBackend((request, response) => {
    if (how === 'reset') request.socket.destroy()
    else response.writeHead(503).end()
  })
  await using good = await startBackend((_request, response) => void setTimeout(() => response.end('good'), 15))
  const url = how === undefined ? 'http://127.0.0.1:1' : bad.url
  const upstream = { strategy: { type: 'latency' }, retries: { attempts: 0 }, health: quiet }
  await using gateway = await startGateway(forwardTo([url, good.url], upstream))
  let fine = 0
  for (let n = 0; n < 100; n++) if ((await ask(gateway.port)).text === 'good') fine++
  expect(fine).toBeGreaterThan(85)
  expect(latencyOf(gateway, 0)).toBeGreaterThan(latencyOf(gateway, 1))
})

test('an attempt that its client gives up says nothing of how fast its target is', async () => {
  await using silent = await startBackend(() => {})
  await using gateway = await startGateway(forwardTo(silent.url))
  const client = await connectRaw(gateway.port)
  client.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await until(() => targetsOf(gateway)[0]?.inFlight === 1)
  client.resetAndDestroy()
  await until(() => targetsOf(gateway)[0]?.inFlight === 0)
  expect(targetsOf(gateway)[0]?.latencyMs).toBe(null)
})
