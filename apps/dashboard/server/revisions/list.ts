import { asSentences } from '../draft/spec.ts'
import type { Revision } from '../generated/client.ts'
import type { Services } from '../services.ts'
import type { RevisionView } from './revision-view.ts'

/** The newest first; `before` is the number at which the page before ended. */
export async function listRevisions(
  services: Services,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<RevisionView[]> {
  const revisions = await services.db.revision.findMany({
    where: before === undefined ? {} : { number: { lt: before } },
    orderBy: { number: 'desc' },
    take: limit,
    omit: { document: true },
  })
  const counts = await countOutcomes(
    services,
    revisions.map(({ number }) => number),
  )
  return revisions.map((revision) => revisionView(revision, counts))
}

type Counts = Map<number, { applied: number; rejected: number }>

/** How many nodes applied, and how many rejected, each of these revisions. */
export async function countOutcomes(services: Services, numbers: number[]): Promise<Counts> {
  const groups = await services.db.nodeOutcome.groupBy({
    by: ['number', 'status'],
    where: { number: { in: numbers } },
    _count: true,
  })
  const counts: Counts = new Map(numbers.map((number) => [number, { applied: 0, rejected: 0 }]))
  for (const { number, status, _count } of groups) {
    const count = counts.get(number)
    if (count && (status === 'applied' || status === 'rejected')) count[status] = _count
  }
  return counts
}

export function revisionView(revision: Omit<Revision, 'document'>, counts: Counts): RevisionView {
  const { number, hash, author, message, rollbackOf, sentences, publishedAt } = revision
  return {
    number,
    hash,
    publishedAt: publishedAt.toISOString(),
    author,
    message,
    rollbackOf,
    sentences: asSentences(sentences),
    nodes: counts.get(number) ?? { applied: 0, rejected: 0 },
  }
}
