import type { Exchange } from '../exchange.ts'
import { fieldName, role } from '../http1/codec/field-names.ts'
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

/** Framing is left out: there is no body. */
const notSent = role.hopByHop | role.host | role.contentLength

/** The fields for a target, as Node takes them. */
export function proxiedFields(exchange: Exchange, host: string): Record<string, string | string[]> {
  // Without a prototype: every name may be the name of a field, but for the one that sets it.
  const fields: Record<string, string | string[]> = Object.create(null)
  Object.assign(fields, { host, connection: 'Upgrade', upgrade: 'websocket' })
  exchange.outgoing.headers.forEach((name, value) => {
    if ((fieldName(name).roles & notSent) !== 0 || name === '__proto__') return
    const there = fields[name]
    if (there === undefined) fields[name] = value
    else fields[name] = typeof there === 'string' ? [there, value] : [...there, value]
  })
  return fields
}
