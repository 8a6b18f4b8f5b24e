import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from './testing/backend.ts'
import { ask, exchangeRaw } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway } from './testing/gateway.ts'
import { asking } from './testing/handshake.ts'

let backend: Awaited<ReturnType<typeof startBackend>>
let open: Gateway
let behindProxy: Gateway

beforeAll(async () => {
  backend = await startBackend((request: IncomingMessage, response) => {
    response.end(JSON.stringify({ url: request.url, raw: request.rawHeaders, headers: request.headers }))
  })
  backend.server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const body = JSON.stringify(request.rawHeaders)
    socket.end(`HTTP/1.1 426 Upgrade Required\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  })
  open = await startGateway(forwardTo(backend.url))
  const web = { id: 'web', address: '127.0.0.1', port: 0 }
  behindProxy = await startGateway({
    listeners: [{ ...web, trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }],
    ...forwardTo(backend.url, {}, { upgrades: ['websocket', 'line'] }),
  })
})
afterAll(async () => {
  await open[Symbol.asyncDispose]()
  await behindProxy[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

type Seen = { url: string; raw: string[]; headers: Record<string, string> }

async function seenBy(gateway: Gateway, headers: Record<string, string | string[]>, path = '/'): Promise<Seen> {
  return JSON.parse(
    (await ask(gateway.port, { path, headers: { host: 'shop.example.com:8080', ...headers } })).text,
  ) as Seen
}

const claims = [
  'x-forwarded-for',
  'X-Forwarded-For',
  'x_forwarded_for',
  'X-FORWARDED_Proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-anything',
  'forwarded',
  'x-real-ip',
  'X_Real_IP',
  'x-original-url',
  'x_original_host',
  'x-rewrite-url',
  'X-Rewrite_URL',
  'x-request-id',
]

describe('from a peer that is not trusted', () => {
  test.each(claims)('%s is removed', async (name) => {
    const { raw } = await seenBy(open, { [name]: 'claimed' })
    expect(raw.join('\n')).not.toContain('claimed')
  })

  test('naming a field of ours in Connection does not remove it', async () => {
    const { headers } = await seenBy(open, {
      connection: 'close, x-forwarded-for, x-real-ip, forwarded, host, cookie',
      cookie: 'a=b',
    })
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', cookie: 'a=b', host: 'shop.example.com:8080' })
  })

  test('the target learns who asked, how and for what', async () => {
    const { headers } = await seenBy(open, {})
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example.com:8080',
      forwarded: 'for=127.0.0.1;host="shop.example.com:8080";proto=http',
    })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('from a trusted peer', () => {
  test('the client is the right-most address that is not trusted; what stands left of it is its own claim', async () => {
    const { headers } = await seenBy(behindProxy, {
      'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.2.3',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public.example.com',
      'x-request-id': 'edge-1',
      'x-real-ip': '6.6.6.6',
    })
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9, 10.1.2.3, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'public.example.com',
      'x-request-id': 'edge-1',
      forwarded: 'for=203.0.113.9;host=public.example.com;proto=https, for=10.1.2.3, for=127.0.0.1',
    })
    expect(headers['x-real-ip']).toBeUndefined()
  })

  test('an IPv6 client is quoted as RFC 7239 wants it', async () => {
    const { headers } = await seenBy(behindProxy, { 'x-forwarded-for': '2001:db8::7' })
    expect(headers['forwarded']).toBe('for="[2001:db8::7]";host="shop.example.com:8080";proto=http, for=127.0.0.1')
  })

  test('what is no address, no host and no id is not believed', async () => {
    const { headers } = await seenBy(behindProxy, {
      'x-forwarded-for': 'unknown',
      'x-forwarded-host': 'a/b',
      'x-forwarded-proto': 'gopher',
      'x-request-id': 'a b',
    })
    expect(headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example.com:8080',
    })
    expect(headers['x-request-id']).not.toBe('a b')
  })
})

test('connection fields go no further, nor do those that the client names', async () => {
  const { headers } = await seenBy(open, {
    connection: 'keep-alive, x-private',
    'x-private': '1',
    'keep-alive': 'timeout=9',
    'proxy-connection': 'keep-alive',
    'proxy-authorization': 'Basic x',
    te: 'trailers',
    'x-kept': 'yes',
  })
  for (const name of ['x-private', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te']) {
    expect(headers[name]).toBeUndefined()
  }
  expect(headers['x-kept']).toBe('yes')
})

test('names keep their spelling, and fields that come twice stay two', async () => {
  const { raw } = await seenBy(open, { 'X-MiXed': ['1', '2'] })
  expect(raw.filter((entry) => entry === 'X-MiXed')).toHaveLength(2)
})

const ours = [
  'host',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'forwarded',
  'x-request-id',
  'traceparent',
]
const theirs = ours
  .slice(1)
  .flatMap((name) => [name, name.toUpperCase()])
  .map((name) => `${name}: 10.0.0.1\r\n`)
  .join('')

describe.each(['untrusted', 'trusted'])(
  'each field of ours is there once, however often an %s peer sent it:',
  (peer) => {
    test.each([
      ['an ordinary request', 'GET / HTTP/1.1\r\nHost: a\r\n'],
      ['one that asks for a WebSocket', asking()],
      ['one that asks for another protocol', asking('line')],
    ])('%s', async (_name, head) => {
      const gateway = peer === 'trusted' ? behindProxy : open
      const wanted = peer === 'trusted' || !head.includes('line')
      const bytes = `${head}${theirs}Connection: ${ours.join(', ')}\r\n\r\n`
      const { text } = await exchangeRaw(gateway.port, bytes, 300)
      if (!wanted) return expect(text).toMatch(/^HTTP\/1\.1 501 /)
      const body = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as string[] | Seen
      const raw = Array.isArray(body) ? body : body.raw
      const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
      expect(ours.map((name) => names.filter((other) => other === name).length)).toEqual(ours.map(() => 1))
    })
  },
)

describe('a trace', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const received = `00-${traceId}-00f067aa0ba902b7-01`

  test('that came with the request goes on, with us as the parent and what vendors noted', async () => {
    const { headers } = await seenBy(open, { traceparent: received, tracestate: 'a=b' })
    expect(headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
    expect(headers['tracestate']).toBe('a=b')
  })

  test.each([[undefined], ['00-xyz'], [[received, received]]])('begins where there is none: %s', async (said) => {
    const { headers } = await seenBy(open, { tracestate: 'a=b', ...(said && { traceparent: said }) })
    expect(headers['traceparent']).toMatch(new RegExp(`^00-${headers['x-request-id']}-[0-9a-f]{16}-01$`))
    expect(headers).not.toHaveProperty('tracestate')
  })
})

describe('the Host that a target sees', () => {
  async function hostBy(host: Record<string, string> | undefined): Promise<string | undefined> {
    await using gateway = await startGateway(forwardTo(backend.url, host ? { host } : {}))
    return (await seenBy(gateway, {})).headers['host']
  }
  test("is the client's", async () => expect(await hostBy(undefined)).toBe('shop.example.com:8080'))
  test("is the target's", async () => expect(await hostBy({ type: 'target' })).toBe(`127.0.0.1:${backend.port}`))
  test('is a fixed one', async () =>
    expect(await hostBy({ type: 'fixed', value: 'app.internal' })).toBe('app.internal'))
})

describe('a base path of the target', () => {
  const cases: [string, string, string][] = [
    ['', '/a', '/a'],
    ['/', '/a', '/a'],
    ['/base', '/a?b=c//d', '/base/a?b=c//d'],
    ['/base/', '/a', '/base/a'],
    ['/base/', '/', '/base/'],
    ['/base', '/', '/base/'],
  ]
  test.each(cases)('%s before %s is %s', async (base, path, expected) => {
    await using gateway = await startGateway(forwardTo(`${backend.url}${base}`))
    expect((await seenBy(gateway, {}, path)).url).toBe(expected)
  })
})
