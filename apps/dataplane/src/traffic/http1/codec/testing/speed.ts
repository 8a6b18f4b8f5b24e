/** How long it takes to read and to write heads and bodies; `node bench/codec.mjs` runs it. */
import { type BodyReader, ChunkedReader, LengthReader } from '../body-reader.ts'
import { requestHeadBuffer, responseHeadBuffer } from '../head-buffer.ts'
import { checkTarget } from '../request-gate.ts'
import { parseRequestHead, type RequestHead } from '../request-head.ts'
import { parseResponseHead, type ResponseHead } from '../response-head.ts'
import { writeRequestHead, writeResponseHead } from '../write-head.ts'

const limits = { headerBytes: 16_384, headerCount: 100, uriBytes: 8192 }

const head = (...lines: string[]): string => `${lines.join('\r\n')}\r\n\r\n`

const requests = {
  'GET of a tool, 3 fields': head(
    'GET /index.html HTTP/1.1',
    'Host: shop.example.com',
    'User-Agent: wrk/4.1.0',
    'Accept: */*',
  ),
  'GET of a browser, 15 fields': head(
    'GET /api/v1/items/42?page=3&sort=price HTTP/1.1',
    'Host: shop.example.com:8080',
    'Connection: keep-alive',
    'Cache-Control: max-age=0',
    'sec-ch-ua: "Chromium";v="124", "Google Chrome";v="124", "Not-A.Brand";v="99"',
    'sec-ch-ua-mobile: ?0',
    'sec-ch-ua-platform: "Linux"',
    'Upgrade-Insecure-Requests: 1',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
    'Sec-Fetch-Site: none',
    'Sec-Fetch-Mode: navigate',
    'Sec-Fetch-User: ?1',
    'Accept-Encoding: gzip, deflate, br',
    'Accept-Language: en-US,en;q=0.9',
    'Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; _ga=GA1.1.123456789.1700000000',
  ),
}

const response = head(
  'HTTP/1.1 200 OK',
  'Content-Type: text/html; charset=utf-8',
  'Cache-Control: no-cache',
  'Date: Mon, 01 Jan 2024 00:00:00 GMT',
  'ETag: W/"0123456789abcdef"',
  'Content-Length: 1234',
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
)

/**
 * The quickest of many short runs, in nanoseconds: other programs and the garbage collector can only make one slower.
 */
function measure(run: () => unknown): number {
  const times = 1000
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < 500; round++) {
    const began = performance.now()
    for (let i = 0; i < times; i++) if (run() === undefined) throw new Error('nothing came of it')
    best = Math.min(best, performance.now() - began)
  }
  return Math.round((best * 1e6) / times)
}

/** Strings that are written are made of pieces, which are put together when they go to the socket. */
const asWritten = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : out.write(text, 'latin1')
const out = Buffer.alloc(65_536)

function readRequest(bytes: Buffer): RequestHead {
  const found = requestBuffer.push(bytes, 0)
  const parsed = typeof found === 'object' ? parseRequestHead(found.text, limits) : undefined
  if (typeof parsed !== 'object') throw new Error(`refused: ${parsed}`)
  return parsed
}
const requestBuffer = requestHeadBuffer(limits)

const responseBuffer = responseHeadBuffer()
function readResponse(bytes: Buffer): ResponseHead {
  const found = responseBuffer.push(bytes, 0)
  const parsed = typeof found === 'object' ? parseResponseHead(found.text) : { fault: 'incomplete' }
  if ('fault' in parsed) throw new Error(parsed.fault)
  return parsed
}

const heads = Object.entries(requests).map(([name, text]) => {
  const bytes = Buffer.from(text, 'latin1')
  const parsed = readRequest(bytes)
  return {
    head: name,
    bytes: bytes.length,
    'find, ns': measure(() => requestBuffer.push(bytes, 0)),
    'find and parse, ns': measure(() => readRequest(bytes)),
    'check the target, ns': measure(() => checkTarget(parsed)),
    'write, ns': measure(() => asWritten(writeRequestHead('GET', '/index.html', 'a', parsed.endToEnd, parsed))),
  }
})
{
  const bytes = Buffer.from(response, 'latin1')
  const parsed = readResponse(bytes)
  heads.push({
    head: 'response, 7 fields',
    bytes: bytes.length,
    'find, ns': measure(() => responseBuffer.push(bytes, 0)),
    'find and parse, ns': measure(() => readResponse(bytes)),
    'check the target, ns': 0,
    'write, ns': measure(() => asWritten(writeResponseHead(200, parsed.headers, parsed, undefined, 'now'))),
  })
}
console.table(heads)

let taken = 0
const taker = {
  take(piece: Buffer): void {
    taken += piece.length
  },
}
const bodies: Record<string, { bytes: Buffer; reader: () => BodyReader }> = {
  '64 KiB by length': { bytes: Buffer.alloc(65_536), reader: () => new LengthReader(65_536) },
  '64 KiB in one chunk': { bytes: chunks(65_536, 1), reader: () => new ChunkedReader('request') },
  '64 KiB in 4 KiB chunks': { bytes: chunks(4096, 16), reader: () => new ChunkedReader('request') },
  '10 KiB in 10-byte chunks': { bytes: chunks(10, 1024), reader: () => new ChunkedReader('request') },
}
console.table(
  Object.entries(bodies).map(([body, { bytes, reader }]) => ({
    body,
    'read, ns': measure(() => {
      // Reading moves small chunks together, so the same bytes cannot be read twice.
      const copy = Buffer.from(bytes)
      return reader().read(copy, 0, taker)
    }),
    'of which the copy that this takes, ns': measure(() => Buffer.from(bytes)),
  })),
)
if (taken === 0) throw new Error('no body was read')

function chunks(size: number, count: number): Buffer {
  return Buffer.from(`${`${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`.repeat(count)}0\r\n\r\n`)
}
