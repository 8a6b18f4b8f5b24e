import type { Effect } from '@switchyard/core/diff/diff'
import type { Change } from './outputs.ts'

const marks = { added: '+', removed: '-', changed: '~' } as const

/** Changes in the sentences of the control plane, each with its mark; below those of an upstream, what nodes keep. */
export async function describeChanges(changes: readonly Change[]): Promise<string[]> {
  const describe = await loadSentences()
  return changes.flatMap((change) => [
    ...describe(change).map((sentence) => `${marks[change.action]} ${sentence}`),
    ...effectsOf(change),
  ])
}

export async function sentencesOf(changes: readonly Change[]): Promise<string[]> {
  return changes.flatMap(await loadSentences())
}

/** Loaded when there is something to say: with it comes the schema, which takes half of the time of a start. */
async function loadSentences(): Promise<(change: Change) => string[]> {
  const { describeChange } = await import('@switchyard/core/diff/diff')
  return describeChange
}

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
