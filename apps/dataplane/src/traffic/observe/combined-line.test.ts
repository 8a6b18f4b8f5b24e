import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combinedLine } from './combined-line.ts'
import { entryOf } from './testing/entry.ts'

const all = { query: true, longest: 8192 }

test('a line is as nginx writes it', () => {
  const headers = { 'user-agent': 'curl/8.0', referer: 'https://example.com/' }
  expect(combinedLine(entryOf({}, {}, headers), all)).toBe(
    '198.51.100.7 - - [22/Nov/2026:17:06:47 +0000] "GET /api/products?page=2 HTTP/1.1" 200 512 "https://example.com/" "curl/8.0"\n',
  )
})

test('what is not known is a dash', () => {
  expect(combinedLine(entryOf({ received: undefined, status: 400, bytesOut: 0 }), all)).toBe(
    '198.51.100.7 - - [22/Nov/2026:17:06:47 +0000] "-" 400 0 "-" "-"\n',
  )
})

test('a client that left before it was told anything has the status that nginx gives it', () => {
  expect(combinedLine(entryOf({ status: 0, termination: 'client_gone' }), all)).toContain('HTTP/1.1" 499 ')
})

test('quotes, backslashes, control characters and everything beyond ASCII are escaped as in nginx', () => {
  const line = combinedLine(entryOf({}, {}, { 'user-agent': 'a"b\\c\nd\x7fe\xe9f\x00' }), all)
  expect(line.endsWith('"a\\x22b\\x5Cc\\x0Ad\\x7Fe\\xE9f\\x00"\n')).toBe(true)
})

test('nothing that a client sends ends a field or a line, and the bytes can be told from it', () => {
  const bytes = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    minLength: 1,
  })
  fc.assert(
    fc.property(bytes, bytes, bytes, (url, referer, agent) => {
      const line = combinedLine(entryOf({}, { url }, { referer, 'user-agent': agent }), all)
      const fields = /^\S+ - - \[[^\]]+\] "GET ([ -!#-~]*) HTTP\/1\.1" 200 512 "([ -!#-~]*)" "([ -!#-~]*)"\n$/.exec(
        line,
      )
      const unescaped = fields
        ?.slice(1)
        .map((field) => field.replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
      expect(unescaped).toEqual([url, referer, agent])
    }),
    { seed: 5, numRuns: 2000 },
  )
})

test('the query is left out where it is to be', () => {
  const line = combinedLine(entryOf({}, { url: '/reset?token=secret' }), { ...all, query: false })
  expect(line).toContain('"GET /reset HTTP/1.1"')
})
