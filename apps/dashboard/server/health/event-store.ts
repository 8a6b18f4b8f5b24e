import type { Report } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { Database } from '../database/open.ts'
import { toSpec } from '../draft/spec.ts'
import { createEventPruner, type Kept } from './event-pruner.ts'

/**
 * Keeps what happened to targets, as nodes report it. An event that is reported again, since the node did not hear that it
 * had arrived, is stored once.
 */
export interface EventStore {
  /** Stores the events of a report. They are pruned now and then, not at each report. */
  add(report: Pick<Report, 'node' | 'instance' | 'events'>, now: number): Promise<void>
}

/** The latest instances whose highest number is remembered; of others it is looked up. */
const maxInstances = 2000

/** @param kept how much is kept; the defaults but in tests */
export function createEventStore(db: Database, kept?: Partial<Kept>): EventStore {
  /** By node and instance: the highest number stored; the one asked for last comes last. */
  const highest = new Map<string, number>()
  const pruner = createEventPruner(db, kept)
  /** One report after the other: two at once of one node would both find the same events new. */
  let turn: Promise<unknown> = Promise.resolve()

  const highestOf = async (key: string, { node, instance }: { node: string; instance: string }): Promise<number> => {
    const known = highest.get(key)
    if (known !== undefined) return known
    const where = { nodeName: node, instance }
    const { _max } = await db.targetEvent.aggregate({ where, _max: { seq: true } })
    return Number(_max.seq ?? 0)
  }

  const remember = (key: string, seq: number) => {
    highest.delete(key)
    highest.set(key, seq)
    const [oldest] = highest.keys()
    if (highest.size > maxInstances && oldest !== undefined) highest.delete(oldest)
  }

  const store = async (report: Pick<Report, 'node' | 'instance' | 'events'>, now: number): Promise<void> => {
    const key = `${report.node} ${report.instance}`
    const seen = await highestOf(key, report)
    const fresh = newer(report.events, seen)
    if (fresh.length > 0) await db.targetEvent.createMany({ data: fresh.map((event) => toRow(report, event, now)) })
    remember(key, fresh.at(-1)?.seq ?? seen)
    await pruner.added(fresh, now)
  }

  return {
    add(report, now) {
      if (report.events.length === 0) return Promise.resolve()
      const mine = turn.then(() => store(report, now))
      turn = mine.catch(() => {})
      return mine
    },
  }
}

/** Those behind the highest number so far, in the order of their numbers, each once. */
function newer(events: readonly TargetEvent[], seen: number): TargetEvent[] {
  let last = seen
  return [...events]
    .sort((a, b) => a.seq - b.seq)
    .filter(({ seq }) => {
      const isNew = seq > last
      if (isNew) last = seq
      return isNew
    })
}

function toRow({ node, instance }: { node: string; instance: string }, event: TargetEvent, now: number) {
  const { seq, at, type, upstream, target = '', ...detail } = event
  const time = Date.parse(at)
  return {
    nodeName: node,
    instance,
    seq: BigInt(seq),
    at: new Date(Number.isNaN(time) ? now : time),
    upstream,
    target,
    type,
    detail: toSpec(detail),
  }
}
