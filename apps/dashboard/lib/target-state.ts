import type { StateKind } from '../components/ui/state-mark.tsx'
import type { TargetHealth } from './trpc.ts'

/** What the state of a target is made from. */
export interface TargetFacts {
  /** As the draft has it. */
  target: { weight?: number | undefined; enabled?: boolean | undefined; drain?: boolean | undefined }
  /** What nodes say; absent where none says anything of it. */
  health: TargetHealth | undefined
  /** A node is heard at all. */
  heard: boolean
  /** The upstream has probes. */
  probed: boolean
  /** The weight that nodes have of it: the draft may have another one by now. */
  served: number
  traffic: { inFlight: number; tunnels: number } | undefined
}

/** How a target is, in one word and its figures; the words are put to it by the messages `targetState.*`. */
export type TargetState =
  | { word: 'off' | 'noWeight' | 'notHeard' | 'notPublished' | 'notProbed' | 'taking' | 'drained' | 'toDrain' }
  | { word: 'draining'; left: number; until: string | null }
  | { word: 'ejected'; until: string | null; nodes: number; of: number }
  | { word: 'unhealthy'; nodes: number; of: number }
  | { word: 'exempt'; nodes: number; of: number }
  | { word: 'slowStart'; percent: number }
  | { word: 'healthy'; since: string }

/**
 * What is decided over a target goes before how it is, and what is worst before all else. Nodes speak of what serves: a
 * drain that is only in the draft is told as such.
 */
export function targetState({ target, health, heard, probed, served, traffic }: TargetFacts): TargetState {
  if (health?.draining) {
    const { inFlight, tunnels, until } = health.draining
    return inFlight + tunnels === 0 ? { word: 'drained' } : { word: 'draining', left: inFlight + tunnels, until }
  }
  if (target.enabled === false) return { word: 'off' }
  if (target.drain === true) {
    if (health !== undefined) return { word: 'toDrain' }
    const left = (traffic?.inFlight ?? 0) + (traffic?.tunnels ?? 0)
    return left === 0 ? { word: 'drained' } : { word: 'draining', left, until: null }
  }
  if (health === undefined) return { word: heard ? 'notPublished' : 'notHeard' }
  const bad = health.nodes.filter(({ health: { state } }) => state === 'unhealthy' || state === 'ejected')
  const counts = { nodes: bad.length, of: health.nodes.length }
  if (bad.length > 0) {
    if (bad.every((node) => node.health.exempt === true)) return { word: 'exempt', ...counts }
    if (health.state !== 'ejected') return { word: 'unhealthy', ...counts }
    return { word: 'ejected', until: latest(bad.map((node) => node.health.ejectedUntil)), ...counts }
  }
  if (target.weight === 0) return { word: 'noWeight' }
  if (health.slowStartUntil !== null) return { word: 'slowStart', percent: percentOf(health, served) }
  if (health.state === 'healthy') return { word: 'healthy', since: health.since }
  return { word: probed ? 'notProbed' : 'taking' }
}

const percentOf = ({ effectiveWeight }: TargetHealth, served: number) =>
  Math.min(100, Math.round((effectiveWeight / Math.max(1, served)) * 100))

/** ISO 8601 in UTC sorts as time does. */
const latest = (times: readonly (string | undefined)[]): string | null =>
  times.reduce<string | null>(
    (one, other) => (other !== undefined && (one === null || other > one) ? other : one),
    null,
  )

/** The shape that goes with it. What only some of the nodes say asks for attention; what all say has failed. */
export function targetStateKind(state: TargetState): StateKind {
  switch (state.word) {
    case 'healthy':
    case 'taking':
      return 'ok'
    case 'slowStart':
    case 'exempt':
      return 'attention'
    case 'unhealthy':
    case 'ejected':
      return state.nodes < state.of ? 'attention' : 'failed'
    case 'draining':
    case 'toDrain':
      return 'busy'
    default:
      return 'unknown'
  }
}

/** The weight that counts now, where it is not the one that nodes were given; to two digits, so that figures stay still. */
export function weightNow(health: TargetHealth | undefined, served: number): number | undefined {
  if (health === undefined || health.draining !== null) return undefined
  const now = Math.round(health.effectiveWeight * 100) / 100
  return now === served ? undefined : now
}
