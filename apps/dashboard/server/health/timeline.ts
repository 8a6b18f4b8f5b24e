import type { TargetEvent, TargetEventType } from '@switchyard/core/target-events'
import type { Database } from '../database/open.ts'
import { fromSpec } from '../draft/spec.ts'
import type { TargetEvent as StoredEvent } from '../generated/client.ts'
import type { Timeline, TimelineEvent } from './health-view.ts'

/**
 * What happened to a target, or without `target` to an upstream and all of its targets, the newest first. `before` is the
 * `id` at which the page before ended.
 */
export async function readTimeline(
  db: Database,
  input: { upstream: string; target?: string | undefined; before?: number | undefined; limit: number },
): Promise<Timeline> {
  const { upstream, target, before, limit } = input
  const found = await db.targetEvent.findMany({
    where: { upstream, ...(target !== undefined && { target }), ...(before !== undefined && { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  })
  return { events: found.slice(0, limit).map(toEvent), more: found.length > limit }
}

function toEvent({ id, nodeName, seq, at, upstream, target, type, detail }: StoredEvent): TimelineEvent {
  return {
    id,
    node: nodeName,
    // The guarantee: it was a valid event when it was stored, so that the number is a safe one, and the type one of ours.
    seq: Number(seq),
    at: at.toISOString(),
    type: type as TargetEventType,
    upstream,
    ...(target !== '' && { target }),
    ...fromSpec<Omit<TargetEvent, 'seq' | 'at' | 'type' | 'upstream' | 'target'>>(detail),
  }
}
