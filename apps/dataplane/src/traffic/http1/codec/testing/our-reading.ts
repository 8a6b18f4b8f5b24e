import { type BodyReader, ChunkedReader, CloseReader, LengthReader } from '../body-reader.ts'
import { requestHeadBuffer, responseHeadBuffer } from '../head-buffer.ts'
import { checkTarget } from '../request-gate.ts'
import { parseRequestHead, type RequestHead } from '../request-head.ts'
import { parseResponseHead, type ResponseHead } from '../response-head.ts'
import { type Reading, type ReadMessage, type WireCase, withoutContent } from './wire-case.ts'

export const limits = { headerBytes: 16_384, headerCount: 100, uriBytes: 8192 }

/** How ours read a case: what was found, and where the message begins that was refused. */
export interface OurReading extends Reading {
  /** The heads of the messages, for those who want to write them. */
  readonly heads: readonly (RequestHead | ResponseHead)[]
  /** Where the last message began that is not complete, or what was not read at all. */
  readonly at: number
  /** No more is read from this connection, though nothing is wrong. */
  readonly closed: boolean
}

/** What our codec makes of a case that arrives in pieces which end at the given places, used as a connection uses it. */
export function readByOurs(wire: WireCase, ends: readonly number[] = []): OurReading {
  const messages: ReadMessage[] = []
  const heads: (RequestHead | ResponseHead)[] = []
  const buffer = wire.direction === 'request' ? requestHeadBuffer(limits) : responseHeadBuffer()
  let reader: BodyReader | undefined
  let refused: string | undefined
  let closed = false
  let began = 0
  let from = 0
  const taker = {
    take(piece: Buffer): void {
      const message = messages.at(-1)
      if (message) message.body += piece.toString('latin1')
    },
  }

  const finish = (at: number): void => {
    const message = messages.at(-1)
    if (message) {
      message.complete = true
      message.trailers = reader?.trailers?.toRaw() ?? []
      // Whoever switches protocols, or does not want to go on, is read no further.
      closed = !message.persistent || message.upgrade
    }
    reader = undefined
    began = at
  }

  for (const end of [...ends, wire.text.length]) {
    const bytes = Buffer.from(wire.text.slice(from, end), 'latin1')
    let at = 0
    while (at < bytes.length && refused === undefined && !closed) {
      if (reader === undefined) {
        const found = buffer.push(bytes, at)
        if (typeof found === 'string') refused = found
        if (typeof found !== 'object') break
        at = found.next
        const head = wire.direction === 'request' ? readRequest(found.text) : readResponse(found.text)
        if (typeof head === 'string') {
          refused = head
          break
        }
        heads.push(head)
        messages.push(messageOf(head))
        reader = readerOf(head, wire.toHead)
        if (reader === undefined || reader.done) finish(from + at)
      } else {
        at = reader.read(bytes, at, taker)
        refused = reader.fault
        if (reader.done) finish(from + at)
      }
    }
    from = end
  }
  if (reader !== undefined && refused === undefined) {
    reader.end()
    if (reader.done) finish(wire.text.length)
  }
  return { messages, heads, refused, at: began, closed }
}

function readRequest(text: string): RequestHead | string {
  const head = parseRequestHead(text, limits)
  if (typeof head === 'string') return head
  const target = checkTarget(head)
  return typeof target === 'string' ? target : head
}

function readResponse(text: string): ResponseHead | string {
  const head = parseResponseHead(text)
  return 'fault' in head ? head.fault : head
}

function messageOf(head: RequestHead | ResponseHead): ReadMessage {
  const request = 'method' in head ? head : undefined
  return {
    method: request?.method ?? '',
    target: request?.target ?? '',
    status: 'status' in head ? head.status : 0,
    minor: head.minor,
    fields: head.headers.toRaw(),
    persistent: head.persistent,
    upgrade: head.upgrade !== undefined && (request !== undefined || ('status' in head && head.status === 101)),
    body: '',
    trailers: [],
    complete: false,
  }
}

function readerOf(head: RequestHead | ResponseHead, toHead: boolean): BodyReader | undefined {
  const direction = 'method' in head ? 'request' : 'response'
  if ('status' in head && withoutContent(head.status, toHead)) return undefined
  if (head.chunked) return new ChunkedReader(direction)
  if (head.length >= 0) return new LengthReader(head.length)
  return direction === 'request' ? undefined : new CloseReader()
}
