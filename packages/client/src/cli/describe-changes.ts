import { describeChange, type Effect } from '@switchyard/core/diff/diff'
import type { Change } from './outputs.ts'

const marks = { added: '+', removed: '-', changed: '~' } as const

/** Changes in sentences, as the control plane writes them, each with its mark; below an upstream's, what nodes keep. */
export function describeChanges(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => [
    ...describeChange(change).map((sentence) => `${marks[change.action]} ${sentence}`),
    ...effectsOf(change),
  ])
}

export const sentencesOf = (changes: readonly Change[]): string[] => changes.flatMap((change) => describeChange(change))

function effectsOf({ effects }: Change): string[] {
  if (effects === undefined) return []
  const { kept, reset } = effects
  return [
    ...(kept.length > 0 ? [`    kept: ${kept.map(nameEffect).join(', ')}`] : []),
    ...(reset.length > 0 ? [`    begins anew: ${reset.map(nameEffect).join(', ')}`] : []),
  ]
}

const names: Record<Effect['what'], string> = {
  health: 'health',
  latency: 'latency',
  connections: 'open connections',
  position: 'position of the rotation',
  breaker: 'circuit breaker',
  affinity: 'affinity of clients',
  keys: 'targets of keys',
}

function nameEffect({ what, targets, share }: Effect): string {
  const part = share === undefined ? '' : ` (${Math.round(share * 100)} % of all)`
  return `${names[what]}${targets === undefined ? '' : ` of ${targets.join(', ')}`}${part}`
}
