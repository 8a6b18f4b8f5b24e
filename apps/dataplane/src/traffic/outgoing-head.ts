import type { Exchange } from './exchange.ts'
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
