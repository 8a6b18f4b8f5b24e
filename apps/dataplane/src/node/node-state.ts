import type { Outcome } from '@switchyard/core/node-protocol'
import type { ProcessState } from '../process-state.ts'
import type { ListenerState, TargetState, WorkerState } from '../traffic/traffic.ts'
import type { Counters } from './counters.ts'

/** What one worker said, or said last. */
export interface WorkerView {
  readonly id: number
  readonly pid: number
  readonly startedAt: string
  /** The number of the revision it serves; 0 for none. */
  readonly revision: number
  readonly traffic: WorkerState
  readonly process: ProcessState
}

/** All of a node at one moment: what `/state` answers, and what metrics and reports are made from. Plain JSON. */
export interface NodeState {
  readonly node: string
  readonly instance: string
  readonly version: string
  readonly pid: number
  readonly startedAt: string
  readonly uptimeSeconds: number
  /** A revision serves, and the node is not shutting down. */
  readonly ready: boolean
  readonly shuttingDown: boolean
  /** What every worker serves. */
  readonly revision: {
    readonly number: number
    readonly hash: string
    readonly since: string
    readonly source: 'control' | 'file' | 'snapshot'
    readonly publishedAt: string
    /** Since it was published. */
    readonly ageSeconds: number
  } | null
  readonly outcome: Outcome | null
  readonly control: { readonly url: string; readonly connected: boolean; readonly since: string } | null
  readonly file: string | null
  /** The newest revision on disk. */
  readonly lastGood: { readonly number: number; readonly savedAt: string; readonly ageSeconds: number } | null
  readonly workers: readonly {
    readonly id: number
    readonly pid: number
    readonly startedAt: string
    readonly revision: number
    readonly runtimes: number
    readonly sockets: { readonly clients: number; readonly targets: number }
    readonly heapUsed: number
    readonly rss: number
    readonly loopDelayMs: number
  }[]
  readonly workerRestarts: number
  readonly listeners: readonly ListenerState[]
  readonly upstreams: readonly {
    readonly id: string
    readonly strategy: string
    readonly targets: readonly TargetView[]
  }[]
}

/** A target over all workers. Counts are sums since the node began; the weight and its state are those of the first worker. */
export interface TargetView extends TargetState {
  /** Of how many workers it may be picked now. */
  readonly eligibleWorkers: number
}

/** Adds up the listeners of all workers. */
export function sumListeners(workers: readonly WorkerView[]): ListenerState[] {
  const sums = new Map<string, ListenerState>()
  for (const listener of workers.flatMap((worker) => worker.traffic.listeners)) {
    const connections = listener.connections + (sums.get(listener.id)?.connections ?? 0)
    sums.set(listener.id, { ...listener, connections })
  }
  return [...sums.values()]
}

/** Adds up the targets of all workers, in the order of the configuration. */
export function sumUpstreams(workers: readonly WorkerView[], counters: Counters): NodeState['upstreams'] {
  const upstreams = new Map<string, { strategy: string; targets: Map<string, TargetView> }>()
  for (const { id, strategy, targets } of workers.flatMap((worker) => worker.traffic.upstreams)) {
    const upstream = upstreams.get(id) ?? { strategy, targets: new Map<string, TargetView>() }
    upstreams.set(id, upstream)
    for (const target of targets) {
      upstream.targets.set(target.id, addTarget(upstream.targets.get(target.id), target))
    }
  }
  return [...upstreams].map(([id, { strategy, targets }]) => ({
    id,
    strategy,
    targets: [...targets.values()].map((target) => ({ ...target, ...counters.of(id, target.id) })),
  }))
}

function addTarget(sum: TargetView | undefined, target: TargetState): TargetView {
  const eligibleWorkers = (sum?.eligibleWorkers ?? 0) + (target.eligible ? 1 : 0)
  if (!sum) return { ...target, eligibleWorkers }
  return {
    ...sum,
    eligible: sum.eligible || target.eligible,
    eligibleWorkers,
    inFlight: sum.inFlight + target.inFlight,
    connections: sum.connections + target.connections,
    tunnels: sum.tunnels + target.tunnels,
  }
}
