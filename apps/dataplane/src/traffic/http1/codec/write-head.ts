import { STATUS_CODES } from 'node:http'
import type { HeaderList } from '@switchyard/core/http/header-list'
import { fieldName, isFieldName, role } from './field-names.ts'
import { knownMethod } from './methods.ts'

/** How the body that follows is framed: by its length, or chunked; with -1 and false there is no word of it. */
export interface Framing {
  /** In bytes; -1 when it is not known, or not said. */
  readonly length: number
  readonly chunked: boolean
}

const urlFault = /[^\x21\x22\x24-\x7e]/
const valueFault = /[^\t\x20-\x7e\x80-\xff]/

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
  if (knownMethod(method) === undefined || url === '' || urlFault.test(url) || valueFault.test(host)) return undefined
  const fields = writeFields(headers)
  if (fields === undefined) return undefined
  let text = `${method} ${url} HTTP/1.1\r\nHost: ${host}\r\n${fields}${framingFields(framing)}`
  if (upgrade !== undefined) {
    if (valueFault.test(upgrade)) return undefined
    text += `Connection: upgrade\r\nUpgrade: ${upgrade}\r\n`
  }
  return `${text}\r\n`
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
  const fields = writeFields(headers)
  if (fields === undefined) return undefined
  let text = line + fields + framingFields(framing)
  if (date !== undefined && !headers.has('date')) text += `Date: ${date}\r\n`
  if (connection === 'close') text += 'Connection: close\r\n'
  else if (connection === 'keep-alive') text += 'Connection: keep-alive\r\n'
  return `${text}\r\n`
}

const statusLines: readonly (string | undefined)[] = Array.from({ length: 600 }, (_, status) =>
  status < 100 ? undefined : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`,
)

function framingFields({ length, chunked }: Framing): string {
  if (chunked) return 'Transfer-Encoding: chunked\r\n'
  return length >= 0 ? `Content-Length: ${length}\r\n` : ''
}

/** The fields as lines, without an empty one behind them; undefined when one of them cannot be written. */
export function writeFields(headers: HeaderList): string | undefined {
  const { size, vouched } = headers
  let text = ''
  for (let i = 0; i < vouched; i++) text += `${headers.spelledAt(i)}: ${headers.valueAt(i)}\r\n`
  for (let i = vouched; i < size; i++) {
    const spelled = headers.spelledAt(i)
    const value = headers.valueAt(i)
    if (!isFieldName(spelled) || valueFault.test(value)) return undefined
    if (fieldName(spelled).roles & notWritten) continue
    text += `${spelled}: ${value}\r\n`
  }
  return text
}
