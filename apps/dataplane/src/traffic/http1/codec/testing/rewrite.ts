import { METHODS } from 'node:http'
import { checkTarget } from '../request-gate.ts'
import type { RequestHead } from '../request-head.ts'
import type { ResponseHead } from '../response-head.ts'
import { writeRequestHead, writeResponseHead } from '../write-head.ts'
import { readByNode } from './node-reading.ts'
import type { OurReading } from './our-reading.ts'
import { type ReadMessage, withoutContent } from './wire-case.ts'

/** What is wrong with a message as it would be passed on: Node's parser must read it as one, the same. */
export function rewritingFault({ messages, heads }: OurReading): string | undefined {
  for (const [i, head] of heads.entries()) {
    const message = messages[i]
    if (message?.complete !== true || message.upgrade) continue
    const fault = 'method' in head ? requestFault(head, message) : responseFault(head, message)
    if (fault !== undefined) return `message ${i} passed on: ${fault}`
  }
  return undefined
}

function requestFault(head: RequestHead, message: ReadMessage): string | undefined {
  if (!METHODS.includes(head.method)) return undefined
  const target = checkTarget(head)
  if (typeof target === 'string') return target
  const { method, endToEnd } = head
  const written = writeRequestHead(method, target.url, target.authority, endToEnd, head)
  if (written === undefined) return 'cannot be written'
  const reading = readByNode({ direction: 'request', toHead: false, text: written + bodyOf(head, message.body) })
  const fields = ['Host', target.authority, ...endToEnd.toRaw(), ...framingOf(head)]
  return differences(reading.messages, reading.refused, { ...message, method, target: target.url, fields })
}

function responseFault(head: ResponseHead, message: ReadMessage): string | undefined {
  const { status, headers } = head
  if (status < 200) return undefined
  // As the front does for one whose end is that of the connection.
  const framing = { length: head.length, chunked: head.chunked || (head.length < 0 && message.body !== '') }
  const written = writeResponseHead(status, headers, framing, undefined)
  if (written === undefined) return 'cannot be written'
  const toHead = withoutContent(status, false) || (message.body === '' && !head.chunked)
  const reading = readByNode({
    direction: 'response',
    toHead,
    text: written + (toHead ? '' : bodyOf(framing, message.body)),
  })
  return differences(reading.messages, reading.refused, {
    ...message,
    fields: [...headers.toRaw(), ...framingOf(framing)],
  })
}

function differences(
  messages: readonly ReadMessage[],
  refused: string | undefined,
  expected: ReadMessage,
): string | undefined {
  const [read] = messages
  if (read === undefined || messages.length !== 1 || refused !== undefined)
    return `${messages.length} messages, ${refused}`
  for (const part of ['method', 'target', 'status', 'body', 'complete'] as const) {
    if (read[part] !== expected[part]) return `${part}: ${read[part]}`
  }
  return read.fields.join('\n') === expected.fields.join('\n') ? undefined : `fields: ${read.fields}`
}

interface Framing {
  readonly length: number
  readonly chunked: boolean
}

function framingOf({ length, chunked }: Framing): string[] {
  if (chunked) return ['Transfer-Encoding', 'chunked']
  return length < 0 ? [] : ['Content-Length', String(length)]
}

function bodyOf({ chunked }: Framing, body: string): string {
  if (!chunked) return body
  return body === '' ? '0\r\n\r\n' : `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
}
