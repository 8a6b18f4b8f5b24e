import type { Database } from '../database/open.ts'

/** How much is kept of what happened to targets. */
export interface Kept {
  /** Of each target, and of each upstream as a whole. */
  perTarget: number
  inAll: number
  ms: number
}

const defaults: Kept = { perTarget: 1000, inAll: 200_000, ms: 90 * 24 * 60 * 60 * 1000 }

/** So long, or so many events, after it was last pruned, it is done again. */
const everyMs = 60_000
const everyEvents = 2000

/** The control plane does nothing else while rows are removed: so many at once. */
const atOnce = 1000

export interface EventPruner {
  /** Takes note of so many new events, and prunes when it is time. */
  added(count: number, now: number): Promise<void>
}

export function createEventPruner(db: Database, kept: Partial<Kept> = {}): EventPruner {
  const { perTarget, inAll, ms } = { ...defaults, ...kept }
  let prunedAt: number | undefined
  let count = 0

  const prune = async (now: number) => {
    const tooMany = await db.targetEvent.groupBy({
      by: ['upstream', 'target'],
      having: { id: { _count: { gt: perTarget } } },
    })
    for (const { upstream, target } of tooMany) await trim(db, { upstream, target }, perTarget)
    await trim(db, {}, inAll)
    await removeWhere(db, { at: { lt: new Date(now - ms) } })
  }

  return {
    async added(added, now) {
      count += added
      const due = prunedAt === undefined || Math.abs(now - prunedAt) >= everyMs || count >= everyEvents
      if (!due || count === 0) return
      // Before the first wait: reports that come meanwhile need not do the same.
      prunedAt = now
      count = 0
      await prune(now)
    },
  }
}

/** Leaves the newest so many. */
async function trim(db: Database, where: { upstream: string; target: string } | object, keep: number): Promise<void> {
  const newest = { where, orderBy: { id: 'desc' }, skip: keep, select: { id: true } } as const
  const first = await db.targetEvent.findFirst(newest)
  if (first) await removeWhere(db, { ...where, id: { lte: first.id } })
}

async function removeWhere(db: Database, where: object): Promise<void> {
  for (;;) {
    const rows = await db.targetEvent.findMany({ where, take: atOnce, select: { id: true } })
    if (rows.length > 0) await db.targetEvent.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })
    if (rows.length < atOnce) return
  }
}
