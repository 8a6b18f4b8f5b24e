import { createHash } from 'node:crypto'
import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest, Agent as SecureAgent } from 'node:https'
import { WebSocket } from 'ws'
import { patternAt, patternSum } from '../pattern.ts'
import { entityTag, rangedBytes } from './reference-backend.ts'

/** What a way to the reference backend does not do, by the nature of who stands on it. */
export interface Exceptions {
  /** A trailer of a response gets lost. */
  readonly noTrailers?: boolean
  /** A response is not passed on, or not as a whole, while its request is still coming. */
  readonly noDuplex?: boolean
}

const small = 1000
const large = 10 * 1_048_576

/** Where requests go. */
export interface Way {
  readonly port: number
  /** By which a gateway finds its route. */
  readonly host: string
  /** By TLS, whoever answers. */
  readonly secure?: boolean
}

/**
 * Asks for everything that the reference backend has, through whatever stands in between, with Node's own client on
 * kept connections, and compares bodies by checksum. Throws the first thing that is not as it should be.
 */
export async function exercise(way: Way, exceptions: Exceptions = {}): Promise<void> {
  const keeping = { keepAlive: true, maxSockets: 100 }
  const agent = way.secure ? new SecureAgent({ ...keeping, rejectUnauthorized: false }) : new Agent(keeping)
  const ask = (method: string, path: string, options: Asked = {}) => exchange(agent, way, method, path, options)
  try {
    for (const length of [0, 1, small, large]) {
      const expected = { status: 200, sum: patternSum(length), length }
      same(`${length} bytes`, pick(await ask('GET', `/bytes?n=${length}`)), expected)
      same(`${length} bytes in chunks`, pick(await ask('GET', `/bytes?n=${length}&chunked`)), expected)
      same(`${length} bytes there and back`, pick(await ask('POST', '/echo', { length })), expected)
      const chunked = await ask('POST', '/echo', { length, chunked: true })
      same(`${length} bytes there and back in chunks`, pick(chunked), expected)
    }
    if (!exceptions.noDuplex) {
      const duplex = await ask('POST', '/duplex', { length: large, chunked: true })
      same('there and back at once', pick(duplex), { status: 200, sum: patternSum(large), length: large })
    }
    const head = await ask('HEAD', `/bytes?n=${large}`)
    same('HEAD', [head.status, head.length, head.headers['content-length']], [200, 0, String(large)])
    const empty = await ask('GET', '/empty')
    same('204', [empty.status, empty.length], [204, 0])
    const tagged = await ask('GET', '/etag')
    same('a tag', [tagged.status, tagged.headers.etag], [200, entityTag])
    const unchanged = await ask('GET', '/etag', { headers: { 'if-none-match': entityTag } })
    same('304', [unchanged.status, unchanged.length, unchanged.headers.etag], [304, 0, entityTag])
    const part = await ask('GET', '/range', { headers: { range: 'bytes=1000-60999' } })
    const sum = createHash('sha256').update(patternAt(1000, 60_000)).digest('hex')
    same(
      'a range',
      [part.status, part.headers['content-range'], part.sum],
      [206, `bytes 1000-60999/${rangedBytes}`, sum],
    )
    const events = await ask('GET', '/events')
    same('events', [events.status, events.text], [200, 'data: 0\n\ndata: 1\n\ndata: 2\n\n'])
    const missing = await ask('GET', '/missing')
    same('404', missing.status, 404)
    const trailers = await ask('GET', '/trailers', { headers: { te: 'trailers' } })
    same('a body before trailers', [trailers.status, trailers.text], [200, 'with trailers'])
    if (!exceptions.noTrailers) same('a trailer', trailers.trailers['x-after'], 'the end')

    const hundred = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0
        ? ask('GET', `/bytes?n=${1000 + i * 777}`)
        : ask('POST', '/echo', { length: 1000 + i * 777, chunked: i % 4 === 1 }),
    )
    for (const [i, answer] of (await Promise.all(hundred)).entries()) {
      const length = 1000 + i * 777
      same(`number ${i} of a hundred at once`, pick(answer), { status: 200, sum: patternSum(length), length })
    }
    await converse(way)
  } finally {
    agent.destroy()
  }
}

interface Asked {
  readonly headers?: Record<string, string>
  /** Of a body to send. */
  readonly length?: number
  readonly chunked?: boolean
}

interface Answered {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly trailers: NodeJS.Dict<string>
  readonly length: number
  readonly sum: string
  /** The beginning of the body. */
  readonly text: string
}

const pick = ({ status, sum, length }: Answered) => ({ status, sum, length })

function exchange(
  agent: Agent,
  { port, host, secure = false }: Way,
  method: string,
  path: string,
  { headers = {}, length, chunked = false }: Asked,
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const framing: Record<string, string | number> = {}
    if (length !== undefined && chunked) framing['transfer-encoding'] = 'chunked'
    else if (length !== undefined) framing['content-length'] = length
    const fail = (error: unknown) => reject(new Error(`${method} ${path}: ${error}`))
    const options = { agent, port, host: '127.0.0.1', method, path, headers: { host, ...headers, ...framing } }
    const request = (secure ? httpsRequest : httpRequest)(options, (response) => {
      readBody(response).then(resolve, fail)
    })
    request.on('error', fail)
    request.setTimeout(30_000, () => request.destroy(new Error('nothing moved for 30 s')))
    let sent = 0
    const more = () => {
      while (sent < (length ?? 0)) {
        const piece = patternAt(sent, (length ?? 0) - sent)
        sent += piece.length
        if (!request.write(piece)) {
          request.once('drain', more)
          return
        }
      }
      request.end()
    }
    more()
  })
}

async function readBody(response: IncomingMessage): Promise<Answered> {
  const hash = createHash('sha256')
  let length = 0
  let text = ''
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk)
    length += chunk.length
    if (text.length < 1000) text += chunk.toString('latin1', 0, 1000)
  }
  const { statusCode: status, headers, trailers } = response
  return { status, headers, trailers, length, sum: hash.digest('hex'), text }
}

/** Texts and large binary messages there and back, and an orderly end. */
async function converse({ port, host, secure }: Way): Promise<void> {
  const url = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/socket`
  const socket = new WebSocket(url, { headers: { host }, rejectUnauthorized: false })
  const messages: Buffer[] = []
  const next = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the WebSocket fell silent')), 30_000)
      const look = () => {
        if (messages.length < count) return
        clearTimeout(timer)
        socket.off('message', look)
        resolve()
      }
      socket.on('message', look)
      look()
    })
  socket.on('message', (data) => messages.push(data as Buffer))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const big = Buffer.concat(Array.from({ length: 40 }, (_, i) => patternAt(i * 60_000, 60_000)))
  socket.send('hello')
  socket.send(big)
  await next(2)
  same('a text', messages[0]?.toString(), 'hello')
  same('a large message', messages[1]?.equals(big), true)
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.close(1000)
  same('the end of a WebSocket', await closed, 1000)
}

function same(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)]
  if (left !== right) throw new Error(`${what}: ${left}, not ${right}`)
}
