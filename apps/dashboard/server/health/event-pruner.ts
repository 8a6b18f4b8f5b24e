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

/** The database does nothing else while rows are removed: so many at once. */
const atOnce = 5000

interface Subject {
  upstream: string
  target: string
}

export interface EventPruner {
  /** Takes note of new events, and prunes when it is time. */
  added(events: readonly { upstream: string; target?: string | undefined }[], now: number): Promise<void>
}

export function createEventPruner(db: Database, kept: Partial<Kept> = {}): EventPruner {
  const { perTarget, inAll, ms } = { ...defaults, ...kept }
  /** Those that got events since it was last pruned: only they can have too many. Undefined after a start: any may. */
  let touched: Map<string, Subject> | undefined
  let prunedAt: number | undefined
  let count = 0

  const prune = async (now: number) => {
    for (const subject of touched?.values() ?? (await allSubjects(db))) await trim(db, subject, perTarget)
    await trim(db, {}, inAll)
    await removeWhere(db, { at: { lt: new Date(now - ms) } })
  }

  return {
    async added(events, now) {
      count += events.length
      for (const { upstream, target = '' } of events) touched?.set(`${upstream} ${target}`, { upstream, target })
      const due = prunedAt === undefined || Math.abs(now - prunedAt) >= everyMs || count >= everyEvents
      if (!due || count === 0) return
      await prune(now)
      prunedAt = now
      count = 0
      touched = new Map()
    },
  }
}

const allSubjects = (db: Database): Promise<Subject[]> =>
  db.targetEvent.findMany({ distinct: ['upstream', 'target'], select: { upstream: true, target: true } })

/** Leaves the newest so many. */
async function trim(db: Database, where: Subject | object, keep: number): Promise<void> {
  const newest = { where, orderBy: { id: 'desc' }, skip: keep, select: { id: true } } as const
  const first = await db.targetEvent.findFirst(newest)
  if (first) await removeWhere(db, { ...where, id: { lte: first.id } })
}

async function removeWhere(db: Database, where: object): Promise<void> {
  for (;;) {
    const rows = await db.targetEvent.findMany({ where, orderBy: { id: 'asc' }, take: atOnce, select: { id: true } })
    const last = rows.at(-1)
    if (!last) return
    await db.targetEvent.deleteMany({ where: { ...where, AND: { id: { lte: last.id } } } })
    if (rows.length < atOnce) return
  }
}
