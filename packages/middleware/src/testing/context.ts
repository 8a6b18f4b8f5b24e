import { HeaderList } from '@switchyard/core/http/header-list'
import type { Context, MiddlewareServices, ReceivedRequest } from '@switchyard/core/middleware/contract'

interface Parts {
  method?: string
  scheme?: 'http' | 'https'
  host?: string
  path?: string
  query?: string
  headers?: Record<string, string>
  signal?: AbortSignal
}

const log = { debug() {}, info() {}, warn() {}, error() {} }

/** What a middleware may use of the node, at rest: time stands still, and chance always says one half. */
export const services: MiddlewareServices = { log, random: () => 0.5, now: () => 0 }

/** The context of one request: `GET http://shop.example.com/`, but for what is given. */
export function createContext(parts: Parts = {}): Context {
  const { method = 'GET', scheme = 'http', host = 'shop.example.com', path = '/', query = '', headers = {} } = parts
  const fields = HeaderList.fromRaw(Object.entries(headers).flat())
  const received: ReceivedRequest = {
    method,
    scheme,
    authority: host,
    host,
    path,
    query,
    url: query === '' ? path : `${path}?${query}`,
    headers: fields,
    header: (name) => fields.get(name),
    httpVersion: '1.1',
    body: undefined,
    clientIp: '192.0.2.1',
  }
  return {
    id: 'request-1',
    received: Object.freeze(received),
    outgoing: { method, path, query, host: undefined, headers: fields.clone() },
    response: undefined,
    route: { id: 'shop' },
    client: { ip: '192.0.2.1', port: 50_000 },
    signal: parts.signal ?? new AbortController().signal,
    log,
    state: new Map(),
  }
}

/** A target's answer, for `next`: sets the response as forwarding does. */
export function answerWith(ctx: Context, status = 200, headers: Record<string, string> = {}): void {
  ctx.response = { status, headers: HeaderList.fromRaw(Object.entries(headers).flat()), body: undefined }
}
