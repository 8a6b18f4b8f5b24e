import { expect, test } from 'vitest'
import { requestHeadBuffer, responseHeadBuffer } from './head-buffer.ts'
import { parseRequestHead } from './request-head.ts'

const limits = { headerBytes: 1000, headerCount: 20, uriBytes: 100 }

interface Outcome {
  /** The text of the head, or what it was refused with; undefined when more was needed at the end. */
  readonly head: string | undefined
  readonly refused: string | undefined
  /** How many of all bytes were taken when it was decided. */
  readonly used: number
  /** The bytes of all that came that are behind the head. */
  readonly rest: string
}

/** Pushes a text in pieces that end at the given places. */
function push(buffer: ReturnType<typeof responseHeadBuffer>, text: string, ends: readonly number[]): Outcome {
  let from = 0
  for (const end of [...ends, text.length]) {
    // The bytes before those that count are those of a message before.
    const outcome = buffer.push(Buffer.from(`xx${text.slice(from, end)}`, 'latin1'), 2)
    if (typeof outcome === 'object') {
      const next = from + outcome.next - 2
      return { head: outcome.text, refused: undefined, used: end, rest: text.slice(next) }
    }
    if (outcome !== undefined) return { head: undefined, refused: outcome, used: end, rest: '' }
    from = end
  }
  return { head: undefined, refused: undefined, used: text.length, rest: '' }
}

/** As the front does: the head that is found is parsed. */
function read(text: string, ends: readonly number[]): Omit<Outcome, 'used'> {
  const { head, refused, rest } = push(requestHeadBuffer(limits), text, ends)
  const parsed = head === undefined ? refused : parseRequestHead(head, limits)
  return typeof parsed === 'string'
    ? { head: undefined, refused: parsed, rest: '' }
    : { head, refused: undefined, rest }
}

const bytewise = (text: string): number[] => Array.from({ length: text.length - 1 }, (_, i) => i + 1)

const head = 'GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n'

test.each([
  ['a head', head],
  ['a head and what follows it', `${head}GET /b HTTP/1.1\r\n\r\n`],
  ['an empty line, then a head', `\r\n${head}`],
  ['two empty lines, then a head', `\r\n\r\n${head}`],
  ['empty lines alone', '\r\n\r\n\r\n'],
  ['a head with a bare LF', 'GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n'],
  ['a head with a bare CR', 'GET /a HTTP/1.1\r\nHost: a\rX: y\r\n\r\n'],
  ['a CR before the head', `\r${head}`],
  ['a head with a control byte', 'GET /a HTTP/1.1\r\nHost: \x01\r\nX: y\r\n\r\n'],
  ['a fault before a control byte', 'GET /a HTTP/2.0\r\nHost: \x01\r\nX: y\r\n\r\n'],
  ['an unknown method before a control byte', 'BREW /\x01 HTTP/1.1\r\n\r\n'],
  ['a control byte in a method', 'GE\x01T / HTTP/1.1\r\n\r\n'],
  ['a line that is no field', 'GET /a HTTP/1.1\r\nHost a\r\nX: y\r\n\r\n'],
  ['a target too long', `GET /${'a'.repeat(100)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a target too long with a control byte at its end', `GET /${'a'.repeat(100)}\x01 HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['a target too long with a control byte in it', `GET /${'a'.repeat(50)}\x01${'a'.repeat(50)} HTTP/1.1\r\n\r\n`],
  ['a target longer than a head may be', `GET /${'a'.repeat(2000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['no method within a word', `${'G'.repeat(33)} / HTTP/1.1\r\nHost: a\r\n\r\n`],
  ['too many fields', `GET /a HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(20)}\r\n`],
  ['too many fields and a fault behind them', `GET /a HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(20)}b\x01\r\n\r\n`],
  ['a head too long', `GET /a HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(2000)}\r\n\r\n`],
  ['a head too long with a fault within', `GET /a HTTP/1.1\r\nHost : a\r\nX: ${'x'.repeat(2000)}\r\n\r\n`],
  ['a head too long with a control byte behind', `GET /a HTTP/1.1\r\nX: ${'x'.repeat(2000)}\x01\r\n\r\n`],
  ['a head of as much as it may be', `GET /a HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(967)}\r\n\r\n`],
  ['a head of a byte more', `GET /a HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(968)}\r\n\r\n`],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
])('%s has the same outcome however it is split', (_what, text) => {
  const whole = read(text, [])
  for (const end of bytewise(text)) expect(read(text, [end])).toEqual(whole)
  expect(read(text, bytewise(text))).toEqual(whole)
})

test('a head that is complete is not looked at twice, and the next one begins anew', () => {
  const buffer = requestHeadBuffer(limits)
  for (let round = 0; round < 3; round++) {
    expect(push(buffer, `${head}rest`, [3, 9]).head).toBe(head)
    expect(push(buffer, `${head}rest`, []).rest).toBe('rest')
    expect(buffer.begun).toBe(false)
  }
})

test('the limits hold exactly', () => {
  const of = (size: number) => `GET /a HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(size - 33)}\r\n\r\n`
  expect(of(1000)).toHaveLength(1000)
  expect(read(of(1000), []).refused).toBeUndefined()
  expect(read(of(1001), []).refused).toBe('headers_too_large')
})

test.each([
  ['a control byte', 'GET / HTTP/1.1\r\nX: \x01', 'bad_request'],
  ['a bare LF', 'GET / HTTP/1.1\r\nX: y\n', 'bad_request'],
  ['a bare CR', 'GET / HTTP/1.1\r\nX: y\rZ', 'bad_request'],
  ['TLS', '\x16', 'bad_request'],
  ['a first line that is no HTTP', 'SSH-2.0-x\r\n', 'bad_request'],
  ['HTTP/0.9', 'GET /\r\n', 'bad_request'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n', 'version_not_supported'],
  ['a target too long', `GET /${'a'.repeat(200)}`, 'uri_too_long'],
  ['a head too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(982)}`, 'headers_too_large'],
])('%s is refused as soon as it is there', (_what, beginning, code) => {
  const text = `${beginning}${'x'.repeat(300)}`
  expect(push(requestHeadBuffer(limits), text, []).refused).toBe(code)
  const { refused, used } = push(requestHeadBuffer(limits), text, bytewise(text))
  expect(refused).toBe(code)
  // The lines are looked at again when there is twice as much of them.
  expect(used).toBeLessThanOrEqual(code === 'uri_too_long' ? 256 : beginning.length)
})

test('an empty line alone is no beginning', () => {
  const buffer = requestHeadBuffer(limits)
  for (const byte of ['\r', '\n']) {
    expect(buffer.push(Buffer.from(byte), 0)).toBeUndefined()
    expect(buffer.begun).toBe(false)
  }
  expect(buffer.push(Buffer.from('G'), 0)).toBeUndefined()
  expect(buffer.begun).toBe(true)
})

test('heads of responses are found in the same way, without an empty line before', () => {
  const text = 'HTTP/1.1 200 OK\r\nX: y\r\n\r\n'
  for (const end of bytewise(text))
    expect(push(responseHeadBuffer(), `${text}body`, [end])).toMatchObject({ head: text, rest: 'body' })
  expect(push(responseHeadBuffer(), 'SSH-2.0', []).refused).toBe('version')
  expect(push(responseHeadBuffer(), 'HTTP/1.1 200 OK\r\nX:\x01', []).refused).toBe('control byte')
  expect(push(responseHeadBuffer(), `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`, []).refused).toBe('too long')
  expect(push(responseHeadBuffer(), `\r\n${text}`, [1, 2]).refused).toBe('version')
})
