import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { variantWords } from '../schema/variant.ts'
import type { PickRequest } from './contract.ts'
import { crc32End, crc32Text } from './crc32.ts'

/** One source of a key; `name` is there only where the source has names. */
function source<From extends string, Shape extends z.ZodRawShape>(
  from: From,
  title: string,
  description: string,
  options: Shape,
) {
  const schema = z.strictObject({ from: z.literal(from), ...options })
  variantWords.add(schema, { title, description })
  return schema
}

const token = z.string().min(1).max(255)
const fieldName = () => token.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'write a name such as x-tenant')

/** Every source, with what each of them may carry besides. */
function sources<Extra extends z.ZodRawShape>(extra: Extra) {
  return z.discriminatedUnion('from', [
    source('client-ip', 'Client address', 'The address of the client, as trusted proxies say it.', extra),
    source('header', 'Header', 'The value of a request header; several are joined with commas.', {
      name: fieldName().register(fields, {
        title: 'Header',
        description: 'The name of the header.',
        example: 'x-tenant',
      }),
      ...extra,
    }),
    source('cookie', 'Cookie', 'The value of a cookie, as sent.', {
      name: fieldName().register(fields, {
        title: 'Cookie',
        description: 'The name of the cookie.',
        example: 'session',
      }),
      ...extra,
    }),
    source('query', 'Query parameter', 'The first value of a query parameter, as sent: not decoded.', {
      name: token.regex(/^[^&=#\s]+$/, 'write the name of one parameter').register(fields, {
        title: 'Parameter',
        description: 'The name of the parameter, as it is sent.',
        example: 'user',
      }),
      ...extra,
    }),
    source('path', 'Path', 'The path as sent, without the query.', extra),
    source('url', 'Path and query', 'The request target as sent.', extra),
    source('host', 'Host', 'The host of the request, in lower case and without a port.', extra),
  ])
}

const fallback = sources({})
  .optional()
  .register(fields, { title: 'If empty', description: 'Where the key comes from when the first place has none.' })

/** What a hashing strategy takes its key from. Without any key, a request is balanced by weighted round robin. */
export const hashKeySchema = sources({ fallback }).register(fields, {
  title: 'Key',
  description: 'Requests with the same key go to the same target.',
})

export type HashKeyOptions = z.output<typeof hashKeySchema>
type Source = Omit<HashKeyOptions, 'fallback'> & { name?: string }

/** A part of a text; reused for every request, so that finding a key allocates nothing. */
interface Span {
  text: string
  start: number
  end: number
}

type Locate = (request: PickRequest, span: Span) => void

/** Finds the key of a request, raw as it stands on the wire. */
export class HashKey {
  readonly #first: Locate
  readonly #second: Locate | undefined
  readonly #span: Span = { text: '', start: 0, end: 0 }

  constructor(options: HashKeyOptions) {
    this.#first = locator(options)
    this.#second = options.fallback && locator(options.fallback)
  }

  /** Takes the key of this request; false when it is empty. */
  read(request: PickRequest): boolean {
    const span = this.#span
    this.#first(request, span)
    if (span.start === span.end && this.#second !== undefined) this.#second(request, span)
    return span.start !== span.end
  }

  /** The CRC-32 of the key last read, from a state of crc32.ts on; a signed 32-bit integer. */
  checksum(state: number): number {
    const { text, start, end } = this.#span
    return crc32End(crc32Text(state, text, start, end))
  }

  /** The key last read. */
  get text(): string {
    return this.#span.text.slice(this.#span.start, this.#span.end)
  }
}

function locator(source: Source): Locate {
  const name = (source.name ?? '').toLowerCase()
  switch (source.from) {
    case 'client-ip':
      return (request, span) => whole(request.clientIp, span)
    case 'header':
      return (request, span) => whole(request.header(name) ?? '', span)
    case 'cookie':
      return (request, span) => cookie(request.header('cookie') ?? '', name, span)
    case 'query':
      return (request, span) => parameter(request.url, name, span)
    case 'path':
      return (request, span) => {
        const { url } = request
        const query = url.indexOf('?')
        set(span, url, 0, query === -1 ? url.length : query)
      }
    case 'url':
      return (request, span) => whole(request.url, span)
    case 'host':
      return (request, span) => whole(request.host, span)
  }
}

function set(span: Span, text: string, start: number, end: number): void {
  span.text = text
  span.start = start
  span.end = end
}

function whole(text: string, span: Span): void {
  set(span, text, 0, text.length)
}

/** The first parameter of this name, in either case, that has a `=`: `ngx_http_arg` in nginx's `ngx_http_parse.c`. */
function parameter(url: string, name: string, span: Span): void {
  set(span, '', 0, 0)
  let start = url.indexOf('?') + 1
  if (start === 0) return
  while (start < url.length) {
    const ampersand = url.indexOf('&', start)
    const end = ampersand === -1 ? url.length : ampersand
    const value = start + name.length + 1
    if (url.charCodeAt(value - 1) === equalsSign && value <= end && startsWith(url, start, name)) {
      set(span, url, value, end)
      return
    }
    start = end + 1
  }
}

/** The first cookie of this name, in either case: `ngx_http_parse_multi_header_lines` in nginx's `ngx_http_parse.c`. */
function cookie(header: string, name: string, span: Span): void {
  set(span, '', 0, 0)
  let start = 0
  while (start < header.length) {
    if (startsWith(header, start, name)) {
      const sign = skipSpaces(header, start + name.length)
      if (header.charCodeAt(sign) === equalsSign) {
        const value = skipSpaces(header, sign + 1)
        const semicolon = header.indexOf(';', value)
        set(span, header, value, semicolon === -1 ? header.length : semicolon)
        return
      }
      // nginx has read on by one here, so that after a bare name the next cookie is not seen.
      start = sign + 1
    }
    while (start < header.length) {
      const code = header.charCodeAt(start++)
      if (code === semicolonSign || code === commaSign) break
    }
    start = skipSpaces(header, start)
  }
}

const equalsSign = 61
const semicolonSign = 59
const commaSign = 44
const space = 32

function skipSpaces(text: string, start: number): number {
  let i = start
  while (text.charCodeAt(i) === space) i++
  return i
}

/** Whether a lower-case name stands here, in either case. */
function startsWith(text: string, start: number, name: string): boolean {
  if (start + name.length > text.length) return false
  for (let i = 0; i < name.length; i++) {
    const code = text.charCodeAt(start + i)
    const lower = code >= 65 && code <= 90 ? code + 32 : code
    if (lower !== name.charCodeAt(i)) return false
  }
  return true
}
