import type { Session } from '../command.ts'
import { describeChanges, sentencesOf } from '../describe-changes.ts'
import { refused } from '../failure.ts'
import type { Change } from '../outputs.ts'
import type { Document } from './document.ts'

/** What applying a document would change. */
export interface Preview {
  /** Of the draft. */
  changes: Change[]
  sentences: string[]
  /** What the draft has of these resources already and what serves has not: publishing brings it. */
  unpublished: Change[]
}

/**
 * What `apply` would change. The control plane compares the whole draft with the whole document; without `prune` what the
 * document does not name stays as it is, and where it is.
 */
export async function previewApply({ client }: Session, document: Document, prune: boolean): Promise<Preview> {
  const { text, format, place } = document
  const { problems } = await client.config.validate.query({ text, format })
  if (problems.length > 0) throw refused('invalid', 'The document is not valid.', problems.map(place))
  const [compared, { draft }] = await Promise.all([
    client.config.diff.query({ text, format }),
    client.revisions.status.query(),
  ])
  const unnamed = new Set(compared.filter(({ action }) => action === 'removed').map(keyOf))
  const changes = compared.filter((change) => prune || isOfNamed(change, unnamed))
  const unpublished = draft.changes.filter(
    (change) => !changes.some((other) => keyOf(other) === keyOf(change)) && (prune || isOfNamed(change, unnamed)),
  )
  return { changes, sentences: await sentencesOf(changes), unpublished }
}

/** What went from the draft is named by no document that leaves it out of `compared`. */
const isOfNamed = (change: Change, unnamed: ReadonlySet<string>): boolean =>
  change.action !== 'removed' && change.id !== '' && !unnamed.has(keyOf(change))

const keyOf = ({ kind, id }: Change): string => `${kind} ${id}`

/** For people. */
export async function describePreview({ changes, unpublished }: Preview): Promise<string[]> {
  const lines = await describeChanges(changes)
  if (unpublished.length === 0) return lines.length > 0 ? lines : ['Nothing differs.']
  return [...lines, 'In the draft already, not published:', ...(await describeChanges(unpublished))]
}
