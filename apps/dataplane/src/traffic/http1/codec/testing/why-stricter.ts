import { canonicalPath } from '@switchyard/core/http/canonical-path'
import { parseHost } from '@switchyard/core/http/host'
import { knownMethod } from '../methods.ts'
import { limits } from './our-reading.ts'
import type { ReadMessage, WireCase } from './wire-case.ts'

/**
 * Which of our rules a message breaks that Node's parser takes, said independently of the codec. A message that breaks
 * none of them should not have been refused.
 *
 * @param at where the message begins
 */
export function whyStricter(wire: WireCase, at: number, message: ReadMessage): string {
  const [text = ''] = /^[\r\n]*[^\r\n][\s\S]*?\r?\n\r?\n|^[\s\S]*/.exec(wire.text.slice(at)) ?? []
  const values = (name: string) =>
    message.fields.filter((_, i) => i % 2 === 1 && message.fields[i - 1]?.toLowerCase() === name)
  const rules = wire.direction === 'request' ? requestRules : responseRules
  const broken = [...rules, ...sharedRules].find(([, breaks]) => breaks({ message, text, values }))
  return broken?.[0] ?? `unexplained: ${JSON.stringify(text.slice(0, 200))}`
}

interface Read {
  readonly message: ReadMessage
  readonly text: string
  readonly values: (name: string) => string[]
}

type Rule = readonly [reason: string, breaks: (read: Read) => boolean]

const sharedRules: readonly Rule[] = [
  ['upgrade by Proxy-Connection', ({ values }) => values('proxy-connection').some((value) => /upgrade/i.test(value))],
  ['number of fields', ({ message }) => message.fields.length > limits.headerCount * 2],
  [
    'two of length and encoding',
    ({ values }) => values('content-length').length + values('transfer-encoding').length > 1,
  ],
  ['encoding', ({ values }) => values('transfer-encoding').some((value) => value.toLowerCase() !== 'chunked')],
  ['encoding with HTTP/1.0', ({ message, values }) => message.minor === 0 && values('transfer-encoding').length > 0],
  [
    'length',
    ({ values }) => values('content-length').some((value) => !/^[0-9]{1,16}$/.test(value) || Number(value) >= 2 ** 53),
  ],
  ['control byte in a value', ({ message }) => message.fields.some((text) => /[^\t\x20-\x7e\x80-\xff]/.test(text))],
  ['folded field', ({ text }) => /\r\n[ \t]/.test(text)],
  ['bare LF or CR', ({ text }) => /[^\r]\n|\r[^\n]/.test(text)],
  [
    'tab beside a length, a coding or an option',
    ({ text }) => /^(?:content-length|transfer-encoding|connection):[^\r]*\t/im.test(text),
  ],
]

const requestRules: readonly Rule[] = [
  ['line ends before the message', ({ text }) => /^[\r\n]/.test(text.replace(/^\r\n/, ''))],
  ['version', ({ text }) => !/^(?:\r\n)?\S+ \S+ HTTP\/1\.[01]\r/.test(text)],
  ['length of the target', ({ message }) => message.target.length > limits.uriBytes],
  ['length of the head', ({ text }) => text.indexOf('\r\n\r\n') > limits.headerBytes - 4],
  ['method', ({ message }) => message.method === 'CONNECT' || knownMethod(message.method) === undefined],
  ['bytes of the target', ({ message }) => /[^\x21\x22\x24-\x7e]/.test(message.target)],
  [
    'number of Hosts',
    ({ message, values }) => values('host').length > 1 || (message.minor === 1 && values('host').length === 0),
  ],
  ['Host', ({ values }) => values('host').some((value) => parseHost(value) === undefined)],
  ['form of the target', ({ message, values }) => pathOf(message, values('host')[0]) === undefined],
  ['path', ({ message, values }) => canonicalPath(pathOf(message, values('host')[0]) ?? '/') === undefined],
]

const responseRules: readonly Rule[] = [
  ['line ends before the message', ({ text }) => /^[\r\n]/.test(text)],
  ['version', ({ text }) => !/^HTTP\/1\.[01] /.test(text)],
  ['status', ({ message }) => message.status < 100 || message.status > 599],
  ['length of the head', ({ text }) => text.indexOf('\r\n\r\n') > 65_532],
  ['reason', ({ text }) => /^[^\r]*[^\t\x20-\x7e\x80-\xff\r]/.test(text)],
]

/** The path of a target in one of the forms that are taken. */
function pathOf({ method, target }: ReadMessage, host: string | undefined): string | undefined {
  if (target === '*') return method === 'OPTIONS' ? '/' : undefined
  const [, authority, rest = ''] = /^https?:\/\/([^/?]*)(.*)$/i.exec(target) ?? []
  if (authority !== undefined && authority.toLowerCase() !== host?.toLowerCase()) return undefined
  const path = (authority === undefined ? target : rest.replace(/^(?!\/)/, '/')).replace(/\?.*$/, '')
  return path.startsWith('/') ? path : undefined
}
