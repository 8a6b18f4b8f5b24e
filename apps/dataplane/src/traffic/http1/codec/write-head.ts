import { STATUS_CODES } from 'node:http'
import type { HeaderList } from '@switchyard/core/http/header-list'
import { isFieldText } from './characters.ts'
import { checkedFieldName, role } from './field-names.ts'
import { knownMethod } from './methods.ts'

/** How the body that follows is framed: by its length, or chunked; with -1 and false there is no word of it. */
export interface Framing {
  /** In bytes; -1 when it is not known, or not said. */
  readonly length: number
  readonly chunked: boolean
}

const urlFault = /[^\x21\x22\x24-\x7e]/
const hostFault = /[^\x21-\x7e]/

/** Left out wherever they come from: the node writes them itself, or they are about another connection. */
const notWritten = role.hopByHop | role.host | role.contentLength

/**
 * The head of a request as latin1 text, up to the empty line inclusive; undefined when a part of it cannot be written.
 *
 * @param url path and query, or `*`
 * @param upgrade the protocol to switch to
 */
export function writeRequestHead(
  method: string,
  url: string,
  host: string,
  headers: HeaderList,
  framing: Framing,
  upgrade?: string,
): string | undefined {
  if (knownMethod(method) === undefined || url === '' || urlFault.test(url) || hostFault.test(host)) return undefined
  let text = fieldsBehind(`${method} ${url} HTTP/1.1\r\nHost: ${host}`, headers)
  if (text === undefined) return undefined
  text += framingField(framing)
  if (upgrade !== undefined) {
    if (!isFieldText(upgrade)) return undefined
    text += `\r\nConnection: upgrade\r\nUpgrade: ${upgrade}`
  }
  return `${text}\r\n\r\n`
}

/**
 * The head of a response as latin1 text, up to the empty line inclusive; undefined when a part of it cannot be written.
 *
 * @param status 100 to 599
 * @param connection what to say about the connection; undefined: nothing
 * @param date for a Date field, where the fields hold none; undefined: none is added
 */
export function writeResponseHead(
  status: number,
  headers: HeaderList,
  framing: Framing,
  connection: 'close' | 'keep-alive' | undefined,
  date?: string,
): string | undefined {
  const line = statusLines[status]
  if (line === undefined) return undefined
  let text = fieldsBehind(line, headers)
  if (text === undefined) return undefined
  // RFC 9112, 6.1 and 6.2: these have no content, and nothing is said of its length.
  if (status >= 200 && status !== 204) text += framingField(framing)
  if (date !== undefined && !headers.has('date')) text += `\r\nDate: ${date}`
  if (connection === 'close') return `${text}\r\nConnection: close\r\n\r\n`
  if (connection === 'keep-alive') return `${text}\r\nConnection: keep-alive\r\n\r\n`
  return `${text}\r\n\r\n`
}

const statusLines: readonly (string | undefined)[] = Array.from({ length: 600 }, (_, status) =>
  status < 100 ? undefined : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
)

function framingField({ length, chunked }: Framing): string {
  if (chunked) return '\r\nTransfer-Encoding: chunked'
  return length >= 0 ? `\r\nContent-Length: ${length}` : ''
}

/** The fields as lines, without an empty one behind them; undefined when one of them cannot be written. */
export function writeFields(headers: HeaderList): string | undefined {
  const text = fieldsBehind('', headers)
  return text === undefined || text === '' ? text : `${text.slice(2)}\r\n`
}

/** Each line is put behind `text` with the end of the line before it: half as many pieces, and half the time. */
function fieldsBehind(text: string, headers: HeaderList): string | undefined {
  const { size, vouched } = headers
  let longer = text
  for (let i = 0; i < vouched; i++) longer += headers.nameAt(i).lead + headers.valueAt(i)
  for (let i = vouched; i < size; i++) {
    const name = checkedFieldName(headers.nameAt(i).spelled)
    const value = headers.valueAt(i)
    if (name === undefined || !isFieldText(value)) return undefined
    if ((name.roles & notWritten) === 0) longer += name.lead + value
  }
  return longer
}
