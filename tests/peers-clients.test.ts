import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { chromium } from '@playwright/test'
import { Agent, Pool } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { findBrowser } from '../scripts/prepare/browser.mjs'
import { patternAt, patternSum } from './support/pattern.ts'
import { exercise } from './support/peers/exercise.ts'
import { PeerGateway } from './support/peers/gateway.ts'
import { installed } from './support/peers/programs.ts'
import { entityTag, ReferenceBackend, rangedBytes } from './support/peers/reference-backend.ts'

const large = 10 * 1_048_576

let reference: ReferenceBackend
let gateway: PeerGateway

beforeAll(async () => {
  reference = await ReferenceBackend.start()
  gateway = await PeerGateway.start({ reference: reference.port })
})

afterAll(async () => {
  await gateway?.stop()
  await reference?.close()
})

const url = (path: string) => `http://127.0.0.1:${gateway.port()}${path}`
const secureUrl = (path: string) => `https://127.0.0.1:${gateway.port('secure')}${path}`
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

for (const listener of ['web', 'secure'] as const) {
  test(`Node's own client on kept connections gets and sends everything (${listener})`, async () => {
    await exercise({ port: gateway.port(listener), host: 'any.test', secure: listener === 'secure' })
    await gateway.leavesNothingOpen()
  })
}

/** What a command prints; its exit code must be 0. */
function run(command: string, args: readonly string[]): Promise<{ out: Buffer; err: string }> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'buffer', maxBuffer: 64 * 1_048_576, timeout: 60_000 } as const
    execFile(command, args, options, (error, out, err) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}: ${error.message}\n${err.toString()}`))
      else resolve({ out, err: err.toString() })
    })
  })
}

const curl = (...args: string[]) => run('curl', ['-s', '-S', ...args])

test('curl: HTTP/1.0 and 1.1, lengths and chunks, ranges, tags, uploads with Expect, TLS, a hundred at once', async (context) => {
  context.skip(!installed('curl'), 'curl is not installed')
  for (const version of ['--http1.0', '--http1.1']) {
    for (const path of [`/bytes?n=${large}`, `/bytes?n=${large}&chunked`, '/bytes?n=1000&chunked']) {
      const { out } = await curl(version, url(path))
      expect(sum(out), `${version} ${path}`).toBe(patternSum(out.length))
      expect(out.length).toBe(path.includes('n=1000') ? 1000 : large)
    }
  }
  expect((await curl('-k', secureUrl(`/bytes?n=${large}`))).out.length).toBe(large)
  expect((await curl('-I', url('/bytes?n=77'))).out.toString()).toMatch(
    /^HTTP\/1\.1 200 [\s\S]*\r\ncontent-length: 77\r\n/i,
  )
  const code = ['-o', '/dev/null', '-w', '%{http_code} %{size_download} %{http_version}']
  expect((await curl(...code, url('/empty'))).out.toString()).toBe('204 0 1.1')
  expect((await curl(...code, '-H', `if-none-match: ${entityTag}`, url('/etag'))).out.toString()).toBe('304 0 1.1')
  const ranged = await curl('-r', '1000-60999', '-w', '%{http_code}', url('/range'))
  expect(ranged.out.subarray(0, 60_000).equals(patternAt(1000, 60_000))).toBe(true)
  expect(ranged.out.toString('latin1', 60_000)).toBe('206')
  expect(rangedBytes).toBeGreaterThan(61_000)

  // By TLS the two agree on HTTP/1.1; without it the way to HTTP/2 is an upgrade, which is refused.
  expect((await curl('-k', '--http2', ...code, secureUrl('/bytes?n=5'))).out.toString()).toBe('200 5 1.1')
  expect((await curl('--http2', ...code, url('/bytes?n=5'))).out.toString()).toMatch(/^501 \d+ 1\.1$/)

  const file = join(gateway.folder.path, 'upload')
  await writePattern(file, large)
  for (const [to, insecure] of [
    [url('/echo'), []],
    [secureUrl('/echo'), ['-k']],
  ] as const) {
    const waiting = ['-v', '--expect100-timeout', '10', '-H', 'expect: 100-continue']
    const sized = await curl(...insecure, ...waiting, '-X', 'POST', '-T', file, to)
    expect(sized.err).toMatch(/< HTTP\/1\.1 100 Continue/)
    expect(sum(sized.out)).toBe(patternSum(large))
    const chunked = await curl(
      ...insecure,
      ...waiting,
      '-X',
      'POST',
      '-H',
      'transfer-encoding: chunked',
      '-T',
      file,
      to,
    )
    expect(chunked.err).toMatch(/< HTTP\/1\.1 100 Continue/)
    expect(sum(chunked.out)).toBe(patternSum(large))
    const old = await curl(...insecure, '--http1.0', '-X', 'POST', '-T', file, to)
    expect(sum(old.out)).toBe(patternSum(large))
  }
  await rm(file)

  const same = await curl(
    '-w',
    '%{num_connects},',
    '-o',
    '/dev/null',
    url('/bytes?n=5'),
    '-o',
    '/dev/null',
    url('/empty'),
  )
  expect(same.out.toString()).toBe('1,0,')
  const hundred = Array.from({ length: 100 }, (_, i) => ['-o', '/dev/null', url(`/bytes?n=${i * 1000}`)]).flat()
  const parallel = await curl('-Z', '--parallel-max', '100', '-w', '%{http_code} %{size_download}\n', ...hundred)
  const seen = parallel.out.toString().trim().split('\n')
  expect(new Set(seen)).toEqual(new Set(Array.from({ length: 100 }, (_, i) => `200 ${i * 1000}`)))
  await gateway.leavesNothingOpen()
})

test('wrk: as fast as it goes on fifty connections, without an error', async (context) => {
  context.skip(!installed('wrk'), 'wrk is not installed')
  const { out } = await run('wrk', ['-t1', '-c50', '-d2s', '--timeout', '10s', url('/bytes?n=1000')])
  const said = out.toString()
  expect(said).not.toMatch(/Socket errors|Non-2xx/)
  expect(Number(/(\d+) requests in/.exec(said)?.[1])).toBeGreaterThan(100)
  await gateway.leavesNothingOpen()
})

test('undici: pipelined and parallel requests, bodies in both directions, and trailers', async () => {
  for (const origin of [url(''), secureUrl('')]) {
    const connect = { rejectUnauthorized: false }
    const pool = new Pool(origin, { connections: 4, pipelining: 10, connect })
    const gets = Array.from({ length: 200 }, async (_, i) => {
      const { statusCode, body } = await pool.request({ method: 'GET', path: `/bytes?n=${i * 100}` })
      return [statusCode, sum(new Uint8Array(await body.arrayBuffer()))]
    })
    expect(await Promise.all(gets)).toEqual(Array.from({ length: 200 }, (_, i) => [200, patternSum(i * 100)]))
    await pool.close()

    const agent = new Agent({ connect })
    for (const length of [1000, large]) {
      // What has no length known goes in chunks.
      const body = Readable.from(pieces(length))
      const sent = await agent.request({ origin, method: 'POST', path: '/echo', body })
      expect([sent.statusCode, sum(new Uint8Array(await sent.body.arrayBuffer()))]).toEqual([200, patternSum(length)])
    }
    for (const [headers, expected] of [
      [{ te: 'trailers' }, { 'x-after': 'the end' }],
      // Who has not said that it takes them may not be given any (RFC 9110, 6.5.1).
      [{}, {}],
    ]) {
      const { body, trailers } = await agent.request({
        origin,
        method: 'GET',
        path: '/trailers',
        headers: { ...headers },
      })
      expect([await body.text(), trailers]).toEqual(['with trailers', expected])
    }
    await agent.close()
  }
  await gateway.leavesNothingOpen()
})

test('ws: fifty at once, fragments, pings, and codes and reasons of an end in both directions', async () => {
  const options = { rejectUnauthorized: false }
  const sockets = Array.from({ length: 50 }, (_, i) => {
    const address = i % 2 === 0 ? url('/socket') : secureUrl('/socket')
    return new WebSocket(address.replace('http', 'ws'), options)
  })
  const ends = sockets.map(async (socket, i) => {
    const heard: string[] = []
    socket.on('message', (data) => heard.push(data.toString()))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const ponged = new Promise((resolve) => socket.once('pong', (data) => resolve(data.toString())))
    socket.send('one ', { fin: false })
    socket.send('message ', { fin: false })
    socket.ping('still there?')
    socket.send(`of ${i}`, { fin: true })
    socket.send('x'.repeat(100_000))
    expect(await ponged).toBe('still there?')
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2)
    expect(heard).toEqual([`one message of ${i}`, 'x'.repeat(100_000)])
    const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])))
    socket.close(4000 + i, `for reason ${i}`)
    return closed
  })
  // The backend answers an end with the same code and reason.
  expect(await Promise.all(ends)).toEqual(sockets.map((_, i) => [4000 + i, `for reason ${i}`]))
  await gateway.leavesNothingOpen()
})

const browser = await findBrowser()

test('Chromium: a page with fetch, events, WebSocket, uploads and a streamed download, by http and https', async (context) => {
  if (browser === undefined) return context.skip('there is no Chromium')
  const args = ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update']
  const launched = await chromium.launch({ executablePath: browser, args })
  try {
    for (const address of [url('/page'), secureUrl('/page')]) {
      const page = await launched.newPage({ ignoreHTTPSErrors: true })
      await page.goto(address)
      await expect.poll(() => page.title(), { timeout: 60_000 }).not.toBe('')
      expect(JSON.parse(await page.title())).toEqual({
        down: patternSum(large),
        up: patternSum(large),
        streamed: true,
        statuses: [200, 204, 206, 404],
        hundred: 100,
        events: ['0', '1', '2'],
        echoed: ['hello', 1_000_000, 1000],
      })
      await page.close()
    }
  } finally {
    await launched.close()
  }
  await gateway.leavesNothingOpen()
})

async function writePattern(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w')
  for (const piece of pieces(bytes)) await file.write(piece)
  await file.close()
}

function* pieces(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += 50_000) yield patternAt(at, Math.min(50_000, bytes - at))
}
