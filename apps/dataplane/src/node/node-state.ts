import type { Outcome } from '@switchyard/core/node-protocol'
import type { ProcessState } from '../process-state.ts'
import type { ListenerState, TargetState, WorkerState } from '../traffic/traffic.ts'

/** What one worker said, or said last. */
export interface WorkerView {
  readonly id: number
  readonly pid: number
  readonly startedAt: string
  /** The number of the revision it serves; 0 for none. */
  readonly revision: number
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
