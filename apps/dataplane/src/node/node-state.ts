import type { Outcome, TargetHealth } from '@switchyard/core/node-protocol'
import type { TargetEvent } from '@switchyard/core/target-events'
import type { ProcessState } from '../process-state.ts'
import type { BreakerStatus, ListenerState, TargetState, WorkerState } from '../traffic/traffic.ts'

/** What one worker said, or said last. */
export interface WorkerView {
  readonly id: number
  readonly pid: number
  readonly startedAt: string
  /** The number of the revision it serves; 0 for none. */
  readonly revision: number
  /** When it was asked for what it said, monotonic. */
  readonly askedAt: number
  readonly traffic: WorkerState
  readonly process: ProcessState
  /** It refuses new requests, since it has more to do than it can. */
  readonly overloaded: boolean
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
    readonly overloaded: boolean
    readonly heapUsed: number
    readonly rss: number
    readonly loopDelayMs: number
    readonly cpuSeconds: number
  }[]
  readonly workerRestarts: number
  readonly listeners: readonly ListenerState[]
  readonly upstreams: readonly UpstreamView[]
  /** Targets that the configuration names no more, finishing what they have. */
  readonly leaving: readonly LeavingView[]
  /** The latest ones, oldest first. */
  readonly events: readonly TargetEvent[]
}

/** An upstream over all workers. */
export interface UpstreamView {
  readonly id: string
  readonly strategy: string
  /** The tier that serves. */
  readonly tier: number
  /** No target is eligible by its health, and what is done about it: `use-all`, `fail` or the id of an upstream. */
  readonly noneEligible: string | null
  /** The worst state of its workers' breakers, how many of them are open, and what they let through; null where it has none. */
  readonly breaker: {
    readonly state: BreakerStatus
    readonly openWorkers: number
    readonly inFlight: number
    readonly pending: number
  } | null
  /** How much more than its expected share the target gets that gets most of that; null where there is too little traffic. */
  readonly fairness: number | null
  readonly targets: readonly TargetView[]
}

/**
 * A target over all workers. Counts are sums since the node began, what is open is what is open now, the effective weight and
 * the latency are means; the rest is as the first worker has it.
 */
export interface TargetView extends TargetState {
  /** Of how many workers it may be picked now. */
  readonly eligibleWorkers: number
  readonly health: TargetHealth
}

export interface LeavingView {
  readonly upstream: string
  readonly id: string
  readonly url: string
  readonly inFlight: number
  readonly tunnels: number
  /** Milliseconds until what is left is ended. */
  readonly drainLeftMs: number | null
}
