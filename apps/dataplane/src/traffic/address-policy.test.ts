import dns from 'node:dns'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createAddressPolicy } from './address-policy.ts'
import { startBackend } from './testing/backend.ts'
import { ask, exchangeRaw } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

const plain = createAddressPolicy({ allow: [], own: [] })

describe('by default a target may not be at', () => {
  test.each([
    '169.254.169.254',
    '169.254.0.1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
    '::a9fe:a9fe',
    'fe80::1',
    'fe80::1%eth0',
    'FEBF::1',
    'fd00:ec2::254',
    'fd00:0ec2:0:0:0:0:0:0254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '0.0.0.0',
    '0.1.2.3',
    '::',
    '::ffff:0.0.0.0',
    '224.0.0.1',
    'ff02::1',
    '255.255.255.255',
  ])('%s', (address) => {
    expect(plain(address, 80)).toBe(false)
  })

  test.each(['127.0.0.1', '::1', '10.0.0.1', '192.168.1.1', '8.8.8.8', '2001:db8::1', 'fd00::1', '169.253.1.1'])(
    'but at %s',
    (address) => {
      expect(plain(address, 80)).toBe(true)
    },
  )
})

test('what is allowed stands over the default, for all ways to write it', () => {
  const policy = createAddressPolicy({ allow: ['169.254.170.0/24', 'fe80::/64'], own: [] })
  expect(policy('169.254.170.2', 80)).toBe(true)
  expect(policy('::ffff:169.254.170.2', 80)).toBe(true)
  expect(policy('fe80::1', 80)).toBe(true)
  expect(policy('169.254.169.254', 80)).toBe(false)
  expect(policy('fe81::1', 80)).toBe(false)
})

test('what is no address or range is refused when the policy is made', () => {
  expect(() => createAddressPolicy({ allow: ['10.0.0.0/40'], own: [] })).toThrow(RangeError)
})

describe("the node's own address is never reached", () => {
  const loopback = ['127.0.0.1', '127.0.0.53', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '0.0.0.0', '::']
  const own = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])

  test.each(['127.0.0.1', '::1'])('when it listens on %s', (address) => {
    const policy = createAddressPolicy({ allow: ['0.0.0.0/0', '::/0'], own: [{ address, port: 9901 }] })
    for (const each of loopback) expect([each, policy(each, 9901)]).toEqual([each, false])
    for (const each of loopback) expect([each, policy(each, 9902)]).toEqual([each, true])
    expect(policy('10.0.0.1', 9901)).toBe(true)
  })

  test.each(['0.0.0.0', '::'])('when it listens on %s', (address) => {
    const policy = createAddressPolicy({ allow: ['0.0.0.0/0', '::/0'], own: [{ address, port: 9901 }] })
    for (const each of [...loopback, ...own]) expect([each, policy(each, 9901)]).toEqual([each, false])
    expect(policy('203.0.113.1', 9901)).toBe(true)
  })

  test('when it listens on one of several addresses', () => {
    const policy = createAddressPolicy({ allow: [], own: [{ address: '10.1.2.3', port: 9901 }] })
    expect(policy('10.1.2.3', 9901)).toBe(false)
    expect(policy('::ffff:10.1.2.3', 9901)).toBe(false)
    expect(policy('10.1.2.4', 9901)).toBe(true)
    expect(policy('127.0.0.1', 9901)).toBe(true)
  })
})

const webSocket =
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])(
  'a target at %s that is the node itself is answered with 502, WebSockets included',
  async (host) => {
    let asked = 0
    await using backend = await startBackend((_request, response) => {
      asked++
      response.end('secret')
    })
    const addressPolicy = { allow: ['127.0.0.0/8'], own: [{ address: '127.0.0.1', port: backend.port }] }
    await using gateway = await startGateway(forwardTo(`http://${host}:${backend.port}`), { addressPolicy })
    const answer = await ask(gateway.port)
    expect(answer.status).toBe(502)
    expect(answer.text).toContain('address_refused')
    expect(answer.text).not.toMatch(/127\.0\.0\.1|localhost/)
    const { text } = await exchangeRaw(gateway.port, webSocket)
    expect(text).toMatch(/^HTTP\/1\.1 502 [\s\S]*address_refused/)
    expect(gateway.log.entries).toMatchObject([{ object: { code: 'address_refused' } }])
    expect(asked).toBe(0)
    expect(gateway.traffic.state().sockets.targets).toBe(0)
  },
)

test('a name is asked about when a connection is opened, and only what may be reached of its addresses is', async () => {
  await using backend = await startBackend((_request, response) => response.end('ok'))
  const addresses = await dns.promises.lookup('localhost', { all: true })
  await using gateway = await startGateway(forwardTo(`http://localhost:${backend.port}`))
  // On machines where it is ::1 as well, that is tried, too, and nobody listens there.
  expect(addresses.length).toBeGreaterThan(0)
  expect((await ask(gateway.port)).text).toBe('ok')
})

test('many connections to one name at once find their way', async () => {
  await using backend = await startBackend((_request, response) => setTimeout(() => response.end('ok'), 20))
  await using gateway = await startGateway(forwardTo(`http://localhost:${backend.port}`))
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(gateway.port)))
  expect(answers.map(({ text }) => text)).toEqual(answers.map(() => 'ok'))
})
