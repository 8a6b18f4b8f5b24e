import { expect, test } from 'vitest'
import { type BodyReader, ChunkedReader, CloseReader, LengthReader } from './body-reader.ts'

interface Outcome {
  readonly body: string
  readonly pieces: number
  readonly done: boolean
  readonly fault: string | undefined
  readonly trailers: readonly string[] | undefined
  /** What is behind the message. */
  readonly rest: string
}

/** Reads a text in pieces that end at the given places. */
function read(reader: BodyReader, text: string, ends: readonly number[] = []): Outcome {
  let body = ''
  let pieces = 0
  let from = 0
  let rest = ''
  const taker = {
    take(piece: Buffer): void {
      expect(piece.length).toBeGreaterThan(0)
      body += piece.toString('latin1')
      pieces++
    },
  }
  for (const end of [...ends, text.length]) {
    // The bytes before those that count are those of a message before.
    const bytes = Buffer.from(`xx${text.slice(from, end)}`, 'latin1')
    const next = reader.done || reader.fault !== undefined ? 2 : reader.read(bytes, 2, taker)
    rest += bytes.toString('latin1', next)
    expect(bytes.toString('latin1', 0, 2)).toBe('xx')
    from = end
  }
  return { body, pieces, done: reader.done, fault: reader.fault, trailers: reader.trailers?.toRaw(), rest }
}

const bytewise = (text: string): number[] => Array.from({ length: text.length - 1 }, (_, i) => i + 1)

const whole: Record<string, [text: string, body: string]> = {
  'no chunk': ['0\r\n\r\n', ''],
  'one chunk': ['5\r\nhello\r\n0\r\n\r\n', 'hello'],
  'several chunks': ['1\r\na\r\n2\r\nbc\r\nA\r\n0123456789\r\n0\r\n\r\n', 'abc0123456789'],
  'chunks that look like chunks': ['5\r\n0\r\n\r\n\r\n6\r\n1\r\na\r\n\r\n0\r\n\r\n', '0\r\n\r\n1\r\na\r\n'],
  'hexadecimal sizes': ['0b\r\nhello world\r\n00B\r\nhello world\r\n000\r\n\r\n', 'hello worldhello world'],
  'a size with as many digits as may be': ['0000000000000001\r\na\r\n0000000000000000\r\n\r\n', 'a'],
  extensions: ['1;a\r\nx\r\n1;a=b;c="d;\\"\\\\e f";g\r\ny\r\n0;last\r\n\r\n', 'xy'],
  'bytes beyond ASCII': ['3\r\n\xff\0\x80\r\n0\r\n\r\n', '\xff\0\x80'],
  trailers: ['1\r\na\r\n0\r\nX-Sum: 1\r\nx-y:\r\n\r\n', 'a'],
}

test.each(Object.entries(whole))('%s: the body is the same however it is split', (_what, [text, body]) => {
  const plain = read(new ChunkedReader('request'), `${text}next`)
  expect(plain).toMatchObject({ body, done: true, fault: undefined, rest: 'next' })
  for (const first of bytewise(`${text}next`)) {
    for (const second of [first + 1, first + 2, text.length]) {
      if (second < first || second > text.length + 4) continue
      const { pieces: _, ...split } = read(new ChunkedReader('request'), `${text}next`, [first, second])
      expect(plain).toMatchObject(split)
    }
  }
  const { pieces: _, ...split } = read(new ChunkedReader('request'), `${text}next`, bytewise(`${text}next`))
  expect(plain).toMatchObject(split)
})

const broken: Record<string, string> = {
  'a size that ends with LF': '1\na\r\n0\r\n\r\n',
  'a size that ends with CR': '1\ra\r\n0\r\n\r\n',
  'a size in 0x form': '0x1\r\na\r\n0\r\n\r\n',
  'a size with a plus': '+1\r\na\r\n0\r\n\r\n',
  'a size with a minus': '-1\r\na\r\n0\r\n\r\n',
  'a size with a space in front': ' 1\r\na\r\n0\r\n\r\n',
  'a size with a space behind': '1 \r\na\r\n0\r\n\r\n',
  'a size with a tab behind': '1\t\r\na\r\n0\r\n\r\n',
  'a size with a space before the extension': '1 ;a\r\na\r\n0\r\n\r\n',
  'a size in quotes': '"1"\r\na\r\n0\r\n\r\n',
  'a size with a fraction': '1.0\r\na\r\n0\r\n\r\n',
  'no size': '\r\na\r\n0\r\n\r\n',
  'an extension without a size': ';a\r\n\r\n',
  'a size of 2^53': '20000000000000\r\n',
  'a size beyond 64 bits': '10000000000000000\r\na\r\n0\r\n\r\n',
  'a size with seventeen digits': '00000000000000001\r\na\r\n0\r\n\r\n',
  'a chunk that is longer than it says': '1\r\nab\r\n0\r\n\r\n',
  'a chunk that is shorter than it says': '3\r\na\r\n0\r\n\r\n',
  'a chunk that ends with LF': '1\r\na\n0\r\n\r\n',
  'a chunk that ends with CR': '1\r\na\r0\r\n\r\n',
  'a chunk that ends with LF CR': '1\r\na\n\r0\r\n\r\n',
  'a chunk that ends with nothing': '1\r\na0\r\n\r\n',
  'a last chunk that ends with LF': '1\r\na\r\n0\n\r\n',
  'an end with LF': '1\r\na\r\n0\r\n\n',
  'an end with CR': '1\r\na\r\n0\r\n\rx',
  'a bare CR in an extension': '1;a\rb\r\na\r\n0\r\n\r\n',
  'a bare LF in an extension': '1;a\nb\r\na\r\n0\r\n\r\n',
  'a bare LF in quotes': '1;a="\n"\r\na\r\n0\r\n\r\n',
  'NUL in an extension': '1;a\0\r\na\r\n0\r\n\r\n',
  'a control byte in quotes': '1;a="\x01"\r\na\r\n0\r\n\r\n',
  'a tab in an extension': '1;\ta\r\na\r\n0\r\n\r\n',
  'DEL in quotes': '1;a="\x7f"\r\na\r\n0\r\n\r\n',
  'an extension without a name': '1;\r\na\r\n0\r\n\r\n',
  'a second extension without a name': '1;a;\r\na\r\n0\r\n\r\n',
  'an extension without a value': '1;a=\r\na\r\n0\r\n\r\n',
  'quotes that are not closed': '1;a="b\r\na\r\n0\r\n\r\n',
  'something behind quotes': '1;a="b"c\r\na\r\n0\r\n\r\n',
  'a long extension': `1;${'a'.repeat(300)}\r\na\r\n0\r\n\r\n`,
  'more extensions than content': `1;${'a'.repeat(200)}\r\na\r\n`.repeat(100),
  'a trailer that is no field': '0\r\nX\r\n\r\n',
  'a trailer with a space before the colon': '0\r\nX : a\r\n\r\n',
  'a folded trailer': '0\r\nX: a\r\n b\r\n\r\n',
  'a trailer that ends with LF': '0\r\nX: a\n\r\n',
  'a bare CR in a trailer': '0\r\nX: a\rb\r\n\r\n',
  'a control byte in a trailer': '0\r\nX: \x01\r\n\r\n',
  'NUL in a trailer': '0\r\nX: \0\r\n\r\n',
  'long trailers': `0\r\nX: ${'x'.repeat(9000)}\r\n\r\n`,
  'many trailers': `0\r\n${'a:\r\n'.repeat(101)}\r\n`,
  'a length among the trailers': '0\r\nContent-Length: 4\r\n\r\n',
  'a word on the connection among the trailers': '0\r\nConnection: close\r\n\r\n',
  'an encoding among the trailers': '0\r\nTransfer-Encoding: chunked\r\n\r\n',
}

test.each(Object.entries(broken))('%s is a fault, however it is split', (_what, text) => {
  const plain = read(new ChunkedReader('response'), text)
  expect(plain).toMatchObject({ done: false, fault: expect.any(String) })
  for (const end of bytewise(text).slice(0, 600)) {
    const { body, fault } = read(new ChunkedReader('response'), text, [end])
    expect({ body, fault }).toEqual({ body: plain.body, fault: plain.fault })
  }
  expect(read(new ChunkedReader('request'), text, bytewise(text))).toMatchObject({ done: false, fault: plain.fault })
})

test.each(['Host', 'Authorization', 'Set-Cookie', 'Content-Type', 'Cache-Control', 'X-Forwarded-For'])(
  'the trailer %s is a fault of a request and left out of a response',
  (name) => {
    const text = `0\r\nX: a\r\n${name}: b\r\n\r\n`
    expect(read(new ChunkedReader('request'), text).fault).toBe('forbidden trailer')
    expect(read(new ChunkedReader('response'), text)).toMatchObject({ done: true, trailers: ['X', 'a'] })
  },
)

test('trailers are there once all has come, and only when there are some', () => {
  const reader = new ChunkedReader('request')
  expect(read(reader, '1\r\na\r\n0\r\nX-Sum: 1\r\n')).toMatchObject({ done: false, trailers: undefined })
  expect(read(reader, '\r\n')).toMatchObject({ done: true, trailers: ['X-Sum', '1'] })
  expect(reader.trailers?.vouched).toBe(1)
  expect(read(new ChunkedReader('request'), '0\r\n\r\n').trailers).toBeUndefined()
})

test('small chunks that arrive together are handed on as one piece, large ones as they are', () => {
  expect(read(new ChunkedReader('request'), `${'1\r\na\r\n'.repeat(1000)}0\r\n\r\n`)).toMatchObject({
    body: 'a'.repeat(1000),
    pieces: 1,
  })
  const large = `800\r\n${'b'.repeat(0x800)}\r\n`
  expect(read(new ChunkedReader('request'), `${large}${large}1\r\na\r\n0\r\n\r\n`)).toMatchObject({
    body: `${'b'.repeat(0x1000)}a`,
    pieces: 2,
  })
})

test('extensions in proportion to their chunks are no fault, however many', () => {
  const chunk = `100;chunk-signature=${'0'.repeat(64)}\r\n${'x'.repeat(256)}\r\n`
  expect(read(new ChunkedReader('request'), `${chunk.repeat(1000)}0\r\n\r\n`)).toMatchObject({ done: true })
})

test('a chunked body that ends early is a fault, and one that is complete is not', () => {
  const reader = new ChunkedReader('response')
  read(reader, '5\r\nhello\r\n0\r\n')
  reader.end()
  expect(reader.fault).toBe('the body ended early')
  const complete = new ChunkedReader('response')
  read(complete, '0\r\n\r\n')
  complete.end()
  expect(complete.fault).toBeUndefined()
})

test('a body of a length takes that many bytes', () => {
  for (const end of bytewise('hellonext')) {
    expect(read(new LengthReader(5), 'hellonext', [end])).toMatchObject({ body: 'hello', done: true, rest: 'next' })
  }
  expect(new LengthReader(0).done).toBe(true)
  expect(read(new LengthReader(0), 'next')).toMatchObject({ body: '', rest: 'next' })
})

test('a body of a length that ends early is a fault', () => {
  const reader = new LengthReader(5)
  expect(read(reader, 'hell').done).toBe(false)
  reader.end()
  expect(reader.fault).toBe('the body ended early')
  const complete = new LengthReader(4)
  read(complete, 'hell')
  complete.end()
  expect(complete.fault).toBeUndefined()
})

test('a body without framing is all there is', () => {
  const reader = new CloseReader()
  expect(read(reader, 'hello', [2])).toMatchObject({ body: 'hello', done: false, rest: '' })
  reader.end()
  expect(reader.done).toBe(true)
})
