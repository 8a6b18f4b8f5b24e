import type { Change } from './outputs.ts'

const marks = { added: '+', removed: '-', changed: '~' } as const

/** Changes in the sentences of the control plane, each with its mark; below those of an upstream, what nodes keep. */
export async function describeChanges(changes: readonly Change[]): Promise<string[]> {
  const describe = await loadSentences()
  return changes.flatMap((change) => [
    ...describe(change).map((sentence) => `${marks[change.action]} ${sentence}`),
    ...(change.effects?.sentences ?? []).map((sentence) => `    ${sentence}`),
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
