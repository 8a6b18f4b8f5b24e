import { createRequire } from 'node:module'
import { type Reading, type ReadMessage, type WireCase, withoutContent } from './wire-case.ts'

/** The parser that `node:http` uses for servers and clients alike: llhttp, with nothing of what it calls lenient. */
interface NodeParser {
  initialize(type: number, resource: object, maxHeaderBytes: number, lenient: number): void
  execute(bytes: Buffer): number | Error
  finish(): Error | undefined
  [callback: number]: (...args: never[]) => unknown
}
interface NodeParserClass {
  new (): NodeParser
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

// Node has no public name for it. The shape above is that of Node 20 to 24, and the tests fail where it is not.
const { HTTPParser } = createRequire(import.meta.url)('_http_common') as { HTTPParser: NodeParserClass }

const maxHeaderBytes = 1 << 20

let parser: NodeParser | undefined

/** What Node's strict parser makes of a case. */
export function readByNode(wire: WireCase): Reading {
  const messages: ReadMessage[] = []
  // Fields of a head, then of the trailers, as they come in portions.
  let fields: string[] = []
  let url = ''

  parser ??= new HTTPParser()
  parser.initialize(wire.direction === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, maxHeaderBytes, 0)
  parser[HTTPParser.kOnHeaders] = (portion: string[], urlPortion: string) => {
    fields.push(...portion)
    url += urlPortion
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    minor: number,
    portion: string[] | undefined,
    method: number | undefined,
    urlPortion: string | undefined,
    status: number | undefined,
    _reason: string | undefined,
    upgrade: boolean,
    persistent: boolean,
  ): number => {
    messages.push({
      method: method === undefined ? '' : (methodNames.get(method) ?? `method ${method}`),
      target: url + (urlPortion ?? ''),
      status: status ?? 0,
      minor,
      fields: [...fields, ...(portion ?? [])],
      persistent,
      upgrade,
      body: '',
      trailers: [],
      complete: false,
    })
    fields = []
    url = ''
    // 1: there is no body. So does node:http for HEAD, 1xx and 304.
    return wire.direction === 'response' && withoutContent(status ?? 0, wire.toHead) ? 1 : 0
  }
  parser[HTTPParser.kOnBody] = (piece: Buffer) => {
    const message = messages.at(-1)
    if (message) message.body += piece.toString('latin1')
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    const message = messages.at(-1)
    if (message) {
      message.trailers = fields
      message.complete = true
    }
    fields = []
    url = ''
  }

  const bytes = Buffer.from(wire.text, 'latin1')
  let from = 0
  while (from < bytes.length) {
    const outcome = parser.execute(bytes.subarray(from))
    if (typeof outcome !== 'number') return { messages, refused: codeOf(outcome) }
    if (outcome === 0) break
    // It stops behind a request for another protocol; a server that knows none reads on.
    from += outcome
  }
  const outcome = parser.finish()
  return { messages, refused: outcome === undefined ? undefined : codeOf(outcome) }
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.message
}

/** The parser gives the number of a method; which is which is found by asking it. */
const methodNames = new Map<number, string>()

/** Learns the numbers of these methods, and says which of them the parser takes. */
export function methodsOfNode(names: readonly string[]): string[] {
  return names.filter((name) => {
    const probe = new HTTPParser()
    probe.initialize(HTTPParser.REQUEST, {}, maxHeaderBytes, 0)
    let taken = false
    probe[HTTPParser.kOnHeadersComplete] = (
      _major: number,
      _minor: number,
      _fields: unknown,
      method: number,
    ): number => {
      methodNames.set(method, name)
      taken = true
      return 0
    }
    probe.execute(Buffer.from(`${name} ${name === 'CONNECT' ? 'a:1' : '/'} HTTP/1.1\r\n\r\n`))
    return taken
  })
}
