import type { Effect, EffectCause } from './diff.ts'
import { formatShare } from './sentences.ts'

const names: Record<Effect['what'], string> = {
  health: 'health',
  ejections: 'ejections',
  latency: 'latency',
  connections: 'connections',
  position: 'position of the rotation',
  breaker: 'state of the circuit breaker',
  affinity: 'affinity of clients',
  keys: 'keys',
}

/** Of one target, and of several. */
const reasons: Record<EffectCause, readonly [one: string, several: string]> = {
  address: ['its address changed', 'their addresses changed'],
  added: ['new', 'new'],
  removed: ['removed', 'removed'],
  disabled: ['disabled', 'disabled'],
  drains: ['drains', 'drain'],
  weight: ['weight 0', 'weight 0'],
  tls: ['TLS changed', 'TLS changed'],
  strategy: ['another strategy', 'another strategy'],
  settings: ['settings changed', 'settings changed'],
  off: ['turned off', 'turned off'],
}

/** Of more targets only some are named. */
const mostNamed = 5

/** One sentence of what is kept and one of what is reset, if there is anything: `kept: health and latency of a and b`. */
export function describeEffects(kept: readonly Effect[], reset: readonly Effect[]): string[] {
  const others = new Set(reset.flatMap(({ what, targets }) => (targets ? [what] : [])))
  return [...sentence('kept', kept, others), ...sentence('reset', reset, new Set())]
}

/** @param others those of which some targets are named elsewhere, so that without names all others are meant */
function sentence(word: string, effects: readonly Effect[], others: ReadonlySet<Effect['what']>): string[] {
  const parts = new Map<string, string[]>()
  for (const effect of effects) {
    const about = aboutOf(effect, others)
    parts.set(about, [...(parts.get(about) ?? []), nameOf(effect)])
  }
  if (parts.size === 0) return []
  return [`${word}: ${[...parts].map(([about, whats]) => `${list(whats)}${about}`).join('; ')}`]
}

const nameOf = ({ what, share }: Effect): string =>
  share === undefined ? names[what] : `${formatShare(share)} of the ${names[what]}`

/** What follows the name; what has it in common is said together. */
function aboutOf({ what, targets, because }: Effect, others: ReadonlySet<Effect['what']>): string {
  const reason = because === undefined ? '' : ` (${reasons[because][targets?.length === 1 ? 0 : 1]})`
  if (targets) return ` of ${nameTargets(targets)}${reason}`
  return others.has(what) ? ` of all others${reason}` : reason
}

function nameTargets(ids: readonly string[]): string {
  if (ids.length <= mostNamed) return list(ids)
  return `${ids.slice(0, mostNamed - 1).join(', ')} and ${ids.length - mostNamed + 1} more`
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}
