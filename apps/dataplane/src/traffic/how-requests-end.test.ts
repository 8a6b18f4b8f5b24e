import type { Socket } from 'node:net'
import { errors } from '@switchyard/core/errors'
import { describe, expect, test } from 'vitest'
import type { AccessEntry } from './observe/access-entry.ts'
import { combinedLine } from './observe/combined-line.ts'
import { jsonLine } from './observe/json-line.ts'
import { createObserver } from './observe/observer.ts'
import type { Termination } from './observe/termination.ts'
import { answering, startRawBackend } from './testing/backend.ts'
import { connectRaw, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'
import { agreeing, openTunnel } from './testing/handshake.ts'

interface Case {
  /** What the client is told; 0 for nothing. */
  readonly status: number
  readonly reply?: (socket: Socket) => void
  /** @default one GET */
  readonly bytes?: string
  /** After the request was sent. */
  readonly next?: (gateway: Gateway, client: Socket) => Promise<void> | void
  readonly upstream?: Written
  readonly route?: Written
  readonly listener?: Written
  readonly url?: (url: string) => string
  readonly overloaded?: boolean
  readonly tunnel?: boolean
}

const get = 'GET /a?b=c HTTP/1.1\r\nHost: a\r\nUser-Agent: "me"\r\n\r\n'
const post = 'POST /a?b=c HTTP/1.1\r\nHost: a\r\nUser-Agent: "me"\r\nContent-Length: 5\r\n\r\n'
const ok = 'HTTP/1.1 200 OK\r\n'
const silent = (socket: Socket): void => void socket.resume()
const endless = (socket: Socket): void => {
  socket.write(`${ok}Content-Length: 1000000000\r\n\r\n`)
  const more = (): void => void (socket.writable && socket.write(Buffer.alloc(65_536), more))
  more()
}

const cases: Partial<Record<Termination, Case>> = {
  completed: { status: 200, reply: answering(`${ok}Content-Length: 2\r\n\r\nok`) },
  bad_request: { status: 400, bytes: 'GET / HTTP/1.1\r\n\r\n' },
  no_route: { status: 404, route: { match: { hosts: ['b'] } } },
  method_not_supported: { status: 405, bytes: get.replace('GET', 'CONNECT') },
  request_timeout: { status: 408, bytes: `${post}ab`, reply: silent, listener: { timeouts: { bodyIdleMs: 200 } } },
  body_too_large: { status: 413, bytes: `${post}hello`, route: { limits: { bodyBytes: 4 } } },
  uri_too_long: { status: 414, bytes: get.replace('/a', `/${'a'.repeat(8192)}`) },
  headers_too_large: { status: 431, bytes: get.replace('\r\n\r\n', `\r\n${'a: b\r\n'.repeat(99)}\r\n`) },
  upgrade_refused: { status: 501, bytes: get.replace('\r\n\r\n', '\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n') },
  version_not_supported: { status: 505, bytes: get.replace('1.1', '2.0') },
  connect_failed: { status: 502, url: () => 'http://nowhere.invalid' },
  address_refused: { status: 502, url: () => 'http://169.254.169.254' },
  target_reset: { status: 502, reply: (socket) => void socket.once('data', () => socket.resetAndDestroy()) },
  bad_response: { status: 502, reply: answering('SSH-2.0-OpenSSH_9.2p1\r\n\r\n') },
  no_target: { status: 503, upstream: { targets: [] } },
  overloaded: { status: 503, overloaded: true },
  connect_timeout: {
    status: 504,
    reply: silent,
    url: (url) => url.replace('http:', 'https:'),
    upstream: { timeouts: { tlsMs: 200 } },
  },
  response_timeout: { status: 504, reply: silent, upstream: { timeouts: { responseMs: 200 } } },
  total_timeout: { status: 504, reply: silent, upstream: { timeouts: { totalMs: 200 } } },
  client_gone: {
    status: 0,
    reply: silent,
    next: async (gateway, client) => {
      await until(() => gateway.traffic.state().upstreams[0]?.targets[0]?.inFlight === 1)
      client.destroy()
    },
  },
  client_stalled: {
    status: 200,
    reply: endless,
    listener: { timeouts: { bodyIdleMs: 200 } },
    next: (_gateway, client) => void client.pause(),
  },
  target_stalled: {
    status: 200,
    reply: answering(`${ok}Content-Length: 3\r\n\r\nok`),
    upstream: { timeouts: { idleMs: 200 } },
  },
  tunnel_idle: {
    status: 101,
    tunnel: true,
    reply: (socket) => void socket.once('data', () => socket.write(agreeing())),
    upstream: { timeouts: { tunnelIdleMs: 300 } },
  },
  drained: {
    status: 200,
    reply: answering(`${ok}Content-Length: 3\r\n\r\nok`),
    upstream: { drainMs: 200 },
    next: async (gateway, client) => {
      await new Promise((resolve) => client.once('data', resolve))
      await gateway.publish({ upstreams: [], routes: [] })
    },
  },
}

describe('of a request that ended so, both logs and the counters say so:', () => {
  test.each(Object.entries(cases))('%s', async (termination, { status, ...how }) => {
    const json: Record<string, unknown>[] = []
    const combined: string[] = []
    const options = { query: true, longest: 1000 }
    const accessLog = {
      write: (entry: AccessEntry) => {
        json.push(JSON.parse(jsonLine(entry, options)))
        combined.push(combinedLine(entry, options))
      },
    }
    const observer = createObserver({ accessLog, loadGuard: { overloaded: how.overloaded === true } })
    await using backend = await startRawBackend(how.reply ?? silent)
    const listeners = [{ id: 'web', address: '127.0.0.1', port: 0, ...how.listener }]
    const url = how.url?.(backend.url) ?? backend.url
    const document = { listeners, ...forwardTo(url, { retries: { attempts: 0 }, ...how.upstream }, how.route) }
    await using gateway = await startGateway(document, { observer })

    const client = how.tunnel ? (await openTunnel(gateway.port)).socket : await connectRaw(gateway.port)
    let text = ''
    client.on('error', () => {})
    client.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    if (!how.tunnel) client.write(how.bytes ?? get)
    await how.next?.(gateway, client)
    await until(() => json.length === 1, 'a line in the log')

    expect(json).toMatchObject([{ status, termination, listener: 'web', clientIp: '127.0.0.1' }])
    expect(combined[0]).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "[^"]*" \d{3} \d+ "[^"]*" "[^"]*"\n$/,
    )
    expect(combined[0]).toContain(`" ${status === 0 ? 499 : status} ${json[0]?.['bytesOut']} "`)
    if (termination in errors) {
      await until(() => text.endsWith('}\n'), 'the answer')
      expect(text).toContain(`HTTP/1.1 ${status} `)
      expect(text).toContain(`"code":"${termination}"`)
      expect(text).toContain(`"requestId":"${json[0]?.['requestId']}"`)
      expect(text).not.toMatch(/127\.0\.0\.1|169\.254|nowhere/)
    }
    expect(/\r\nretry-after: \d+\r\n/.test(text)).toBe(termination === 'overloaded')
    const counted = gateway.metrics.snapshot(0).series.filter(([key]) => key.startsWith('terminated '))
    expect(counted).toEqual(termination === 'completed' ? [] : [[`terminated ${termination}`, [1], []]])
    client.destroy()
  })
})
