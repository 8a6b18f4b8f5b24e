import type { Exchange } from './exchange.ts'
import { isHopByHop } from './hop-by-hop.ts'
import type { LiveTarget } from './live-target.ts'
import type { Upstream } from './upstream.ts'

/** The path and query to ask a target for: its base path before ours, with exactly one slash between. */
export function outgoingUrl(exchange: Exchange, target: LiveTarget): string {
  const { path, query } = exchange.outgoing
  const joined = target.basePath === '' ? path : path === '/' ? `${target.basePath}/` : target.basePath + path
  return query === '' ? joined : `${joined}?${query}`
}

/** The Host field that a target gets: a middleware's word, else the upstream's policy. */
export function outgoingHost(exchange: Exchange, upstream: Upstream, target: LiveTarget): string {
  const { outgoing, received } = exchange
  if (outgoing.host !== undefined) return outgoing.host
  const policy = upstream.config.host
  if (policy.type === 'fixed') return policy.value
  if (policy.type === 'target' || received.authority === '') return target.authority
  return received.authority
}

/**
 * The fields for a target, `[name, value, …]`, Host among them. Framing is left to the back: a length or a connection
 * field that a middleware has put there does not get through.
 */
export function outgoingFields(exchange: Exchange, host: string): string[] {
  const fields = ['host', host]
  exchange.outgoing.headers.forEach((name, value, spelled) => {
    if (isHopByHop(name) || name === 'host' || name === 'content-length') return
    fields.push(spelled, value)
  })
  return fields
}
