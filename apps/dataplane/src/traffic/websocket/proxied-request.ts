import type { Exchange } from '../exchange.ts'
import { outgoingFields } from '../outgoing-head.ts'
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
  const fields = new Map<string, string[]>()
  const raw = outgoingFields(exchange, host)
  for (let i = 0; i < raw.length; i += 2) {
    // Names and values come in pairs.
    const name = (raw[i] as string).toLowerCase()
    const values = fields.get(name)
    if (values) values.push(raw[i + 1] as string)
    else fields.set(name, [raw[i + 1] as string])
  }
  const headers: Record<string, string | string[]> = { connection: 'Upgrade', upgrade: 'websocket' }
  for (const [name, values] of fields) {
    if (name === '__proto__') continue
    headers[name] = values.length === 1 ? (values[0] as string) : values
  }
  return headers
}
