import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonLine } from './json-line.ts'
import { entryOf } from './testing/entry.ts'

const all = { query: true, longest: 8192 }

test('a line tells a request with its route, target, times and end', () => {
  const headers = { 'user-agent': 'curl/8.0', referer: 'https://example.com/' }
  const line = jsonLine(entryOf({ tlsVersion: 'TLSv1.3' }, {}, headers), all)
  expect(line.endsWith('}\n')).toBe(true)
  expect(JSON.parse(line)).toEqual({
    time: '2026-11-22T17:06:47.023Z',
    requestId: '0123456789abcdef0123456789abcdef',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    clientIp: '198.51.100.7',
    clientPort: 50_123,
    listener: 'web',
    method: 'GET',
    host: 'shop.example.com',
    url: '/api/products?page=2',
    httpVersion: '1.1',
    status: 200,
    bytesIn: 0,
    bytesOut: 512,
    route: 'shop',
    upstream: 'shop',
    target: 'a',
    attempts: 1,
    waitingMs: 0.25,
    connectMs: 0,
    responseMs: 1.5,
    totalMs: 2.007,
    termination: 'completed',
    tlsVersion: 'TLSv1.3',
    referer: 'https://example.com/',
    userAgent: 'curl/8.0',
  })
})

test('what is not known is null, and the fields are the same', () => {
  const whole = JSON.parse(jsonLine(entryOf(), all))
  const refused = entryOf({
    received: undefined,
    route: undefined,
    upstream: undefined,
    target: undefined,
    attempts: 0,
    waitingMs: Number.NaN,
    connectMs: Number.NaN,
    responseMs: Number.NaN,
    termination: 'bad_request',
    status: 400,
  })
  const line = JSON.parse(jsonLine(refused, all))
  expect(Object.keys(line)).toEqual(Object.keys(whole))
  expect(line).toMatchObject({
    method: null,
    host: null,
    url: null,
    httpVersion: null,
    route: null,
    upstream: null,
    target: null,
    waitingMs: null,
    connectMs: null,
    responseMs: null,
    userAgent: null,
    referer: null,
    termination: 'bad_request',
  })
})

test('whatever bytes a client sends, the line is one line of ASCII that says the same', () => {
  const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
  const units = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) })
  const text = fc.oneof(bytes, units)
  fc.assert(
    fc.property(text, text, text, text, text, text, (id, method, host, url, agent, referer) => {
      const line = jsonLine(entryOf({ id }, { method, host, url }, { 'user-agent': agent, referer }), all)
      expect(line).toMatch(/^[ -~]*\n$/)
      expect(JSON.parse(line)).toMatchObject({ requestId: id, method, host, url, userAgent: agent, referer })
    }),
    { seed: 3, numRuns: 2000 },
  )
})

test.each([
  [0, 0],
  [0.0004, 0],
  [0.001, 0.001],
  [0.9996, 1],
  [1.05, 1.05],
  [12.5, 12.5],
  [59_999.999, 59_999.999],
  [86_400_000, 86_400_000],
  [-0.25, 0],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
])('a time of %d ms is written as %s', (totalMs, written) => {
  expect(JSON.parse(jsonLine(entryOf({ totalMs }), all)).totalMs).toBe(written)
})

test('the query is left out where it is to be, also that of the referer', () => {
  const headers = { referer: 'https://example.com/reset?token=secret' }
  const line = jsonLine(entryOf({}, { url: '/reset?token=secret' }, headers), { ...all, query: false })
  expect(line).not.toContain('secret')
  expect(JSON.parse(line)).toMatchObject({ url: '/reset', referer: 'https://example.com/reset' })
})

test('what is too long is cut, and one sees that it was', () => {
  const line = jsonLine(entryOf({}, { url: `/${'a'.repeat(100)}` }), { query: true, longest: 20 })
  expect(JSON.parse(line).url).toBe(`/${'a'.repeat(19)}...`)
})

test('times are right to the millisecond, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_799_999 }), (time) => {
      const line = jsonLine(entryOf({ time: time + 0.7 }), all)
      expect(JSON.parse(line).time).toBe(new Date(time).toISOString())
    }),
    { seed: 4 },
  )
})
