import type { Report } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { Database } from '../database/open.ts'
import { Prisma } from '../generated/client.ts'
import { createEventPruner, type Kept } from './event-pruner.ts'

/**
 * Keeps what happened to targets, as nodes report it. An event that is reported again, since the node did not hear that it
 * had arrived, is stored once.
 */
export interface EventStore {
  /** Stores the events of a report. They are pruned now and then, not at each report. */
  add(report: Pick<Report, 'node' | 'instance' | 'events'>, now: number): Promise<void>
}

/** @param kept how much is kept; the defaults but in tests */
export function createEventStore(db: Database, kept?: Partial<Kept>): EventStore {
  const pruner = createEventPruner(db, kept)
  return {
    async add({ node, instance, events }, now) {
      if (events.length === 0) return
      // A statement of our own, since `createMany` can skip what is there already on PostgreSQL alone, and takes eight
      // times as long: 100 ms of processor time for a full report.
      const rows = events.map((event) => toRow(node, instance, event, now))
      const added = await db.$executeRaw`
        INSERT INTO "TargetEvent" ("nodeName", "instance", "seq", "at", "upstream", "target", "type", "detail")
        VALUES ${Prisma.join(rows)} ON CONFLICT DO NOTHING`
      await pruner.added(added, now)
    },
  }
}

/** The year has four digits, as every reader of dates expects. */
const lastTime = Date.UTC(9999, 0)

function toRow(node: string, instance: string, event: TargetEvent, now: number): Prisma.Sql {
  const { seq, at, type, upstream, target = '', ...detail } = event
  const told = Date.parse(at)
  const time = new Date(told >= 0 && told < lastTime ? told : now)
  return Prisma.sql`(${node}, ${instance}, ${seq}, ${time}, ${upstream}, ${target}, ${type}, ${JSON.stringify(detail)})`
}
