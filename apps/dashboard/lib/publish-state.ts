import type { StateKind } from '../components/ui/state-mark.tsx'

/** What the publish state needs to know of a node. */
export interface NodeFacts {
  name: string
  state: 'applied' | 'pending' | 'rejected' | 'unknown'
  secondsSinceHeard: number
}

/** What serves, in one word and its figures. The words are put to it by the messages `publishState.*`. */
export type PublishState =
  | { word: 'nothing' }
  | { word: 'noNodes'; number: number }
  | { word: 'live'; number: number; applied: number; nodes: number }
  | { word: 'liveOnOne'; number: number; node: string }
  | { word: 'publishing'; number: number; applied: number; nodes: number }
  | { word: 'partial'; number: number; applied: number; nodes: number }
  | { word: 'rejected'; number: number; node: string; nodes: number }
  | { word: 'silent'; number: number; node: string; seconds: number; nodes: number }

/**
 * Sums up the nodes. A refusal is told before everything else, then what is under way, then silence: a node that says
 * nothing never counts as live.
 */
export function publishState(head: { number: number } | null, nodes: readonly NodeFacts[]): PublishState {
  if (head === null) return { word: 'nothing' }
  const { number } = head
  if (nodes.length === 0) return { word: 'noNodes', number }
  const of = (state: NodeFacts['state']) => nodes.filter((node) => node.state === state)
  const counts = { number, applied: of('applied').length, nodes: nodes.length }
  const [rejecting] = of('rejected')
  if (rejecting !== undefined) {
    return counts.applied > 0
      ? { word: 'partial', ...counts }
      : { word: 'rejected', number, node: rejecting.name, nodes: of('rejected').length }
  }
  if (of('pending').length > 0) return { word: 'publishing', ...counts }
  const [silent] = of('unknown')
  if (silent !== undefined) {
    return { word: 'silent', number, node: silent.name, seconds: silent.secondsSinceHeard, nodes: of('unknown').length }
  }
  const [only, ...others] = nodes
  if (only !== undefined && others.length === 0) return { word: 'liveOnOne', number, node: only.name }
  return { word: 'live', ...counts }
}

/** The shape that goes with each word. */
export const publishStateKinds: Record<PublishState['word'], StateKind> = {
  nothing: 'unknown',
  noNodes: 'unknown',
  live: 'ok',
  liveOnOne: 'ok',
  publishing: 'busy',
  partial: 'attention',
  rejected: 'failed',
  silent: 'unknown',
}

/** The shape that goes with the state of one node. */
export const nodeStateKinds: Record<NodeFacts['state'], StateKind> = {
  applied: 'ok',
  pending: 'busy',
  rejected: 'failed',
  unknown: 'unknown',
}
