import type { Exchange } from '../exchange.ts'
import type { ProxySide } from './proxy-side.ts'

/** The request as `http-proxy` sees it. */
export interface ProxiedRequest<Attempt> {
  readonly method: 'GET'
  readonly url: string
  readonly httpVersion: '1.1'
  readonly headers: Record<string, string | string[]>
  readonly socket: ProxySide
  readonly connection: ProxySide
  /** Ours: whom to tell of what happens to it. */
  readonly attempt: Attempt
}

/** The fields as Node takes them. A name that an object holds already is not a field that anybody sends. */
export function proxiedFields(exchange: Exchange, host: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = { host, connection: 'Upgrade', upgrade: 'websocket' }
  exchange.outgoing.headers.forEach((name, value) => {
    if (fieldName(name).roles & (role.hopByHop | role.host | role.contentLength) || name === '__proto__') return
    const there = fields[name]
    fields[name] = there === undefined ? value : typeof there === 'string' ? [there, value] : [...there, value]
  })
  return fields
}
