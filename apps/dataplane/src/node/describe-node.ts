import type { Outcome } from '@switchyard/core/node-protocol'
import type { NodeHealth } from '../health/node-health.ts'
import type { Identity } from '../identity.ts'
import type { Options } from '../options.ts'
import type { Serving } from '../revisions/applier.ts'
import type { LastGood } from '../revisions/last-good.ts'
import type { ListenerState } from '../traffic/traffic.ts'
import { version } from '../version.ts'
import type { Counters } from './counters.ts'
import { describeLeaving, describeUpstreams } from './describe-upstreams.ts'
import type { NodeState, WorkerView } from './node-state.ts'

/** So many events are shown. */
const shownEvents = 200

/** What the parts of a node know of it. */
export interface NodeParts {
  readonly identity: Identity
  readonly source: Options['source']
  readonly ready: boolean
  readonly shuttingDown: boolean
  readonly serving: Serving | undefined
  readonly outcome: Outcome | undefined
  readonly control: { readonly connected: boolean; readonly since: string } | undefined
  readonly lastGood: LastGood | undefined
  readonly workers: readonly WorkerView[]
  readonly workerRestarts: number
  readonly counters: Counters
  readonly health: Pick<NodeHealth, 'events' | 'describeTarget' | 'describeUpstream'>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Puts together what the parts know, and adds up what the workers count. */
export function describeNode(parts: NodeParts): NodeState {
  const { identity, source, serving, control, lastGood, workers } = parts
  const secondsSince = (time: string) => Math.max(0, Math.round((parts.now - Date.parse(time)) / 1000))
  return {
    node: identity.name,
    instance: identity.instance,
    version,
    pid: process.pid,
    startedAt: identity.startedAt,
    uptimeSeconds: secondsSince(identity.startedAt),
    ready: parts.ready,
    shuttingDown: parts.shuttingDown,
    revision: serving
      ? {
          number: serving.number,
          hash: serving.hash,
          since: serving.since,
          source: serving.source,
          publishedAt: serving.publishedAt,
          ageSeconds: secondsSince(serving.publishedAt),
        }
      : null,
    outcome: parts.outcome ?? null,
    control:
      source.type === 'control'
        ? {
            url: source.url,
            connected: control?.connected ?? false,
            since: control?.since ?? identity.startedAt,
          }
        : null,
    file: source.type === 'file' ? source.path : null,
    lastGood: lastGood
      ? { number: lastGood.number, savedAt: lastGood.savedAt, ageSeconds: secondsSince(lastGood.savedAt) }
      : null,
    workers: workers.map(({ id, pid, startedAt, revision, traffic, process, overloaded }) => ({
      id,
      pid,
      startedAt,
      revision,
      runtimes: traffic.runtimes,
      sockets: traffic.sockets,
      overloaded,
      ...process,
    })),
    workerRestarts: parts.workerRestarts,
    listeners: sumListeners(workers),
    upstreams: describeUpstreams(workers, parts.counters, parts.health, identity.startedAt),
    leaving: describeLeaving(workers),
    events: parts.health.events.latest(shownEvents),
  }
}

/** Adds up the listeners of all workers. */
function sumListeners(workers: readonly WorkerView[]): ListenerState[] {
  const sums = new Map<string, ListenerState>()
  for (const listener of workers.flatMap((worker) => worker.traffic.listeners)) {
    const connections = listener.connections + (sums.get(listener.id)?.connections ?? 0)
    sums.set(listener.id, { ...listener, connections })
  }
  return [...sums.values()]
}
