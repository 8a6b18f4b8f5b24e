import type { Config } from '@switchyard/core/config/model'
import type { Log } from '@switchyard/core/middleware/contract'
import { Engine } from './engine.ts'
import type { Observer } from './observe/observer.ts'

/** A revision as the engine takes it: already parsed and checked. */
export interface Revision {
  readonly number: number
  /** SHA-256 of the canonical document; told back in the state. */
  readonly hash: string
  readonly config: Config
  /**
   * The values of the secrets that it refers to by name, as the control plane keeps them; absent where there is none. They
   * must not get into a log, a state or a problem.
   */
  readonly secrets?: ReadonlyMap<string, string>
}

/** A revision that is built and whose listeners are open. Exactly one of the two is called, once. */
export interface Prepared {
  /** From here on new requests are served by this revision. One pointer; cannot fail. */
  commit(): void
  /** Releases everything that was built, closes what was opened. */
  abort(): Promise<void>
}

/** What the node has judged of a target, by its upstream, id and URL. */
export interface Verdict {
  readonly upstream: string
  readonly target: string
  readonly url: string
  /** It is not to be picked: unhealthy and not exempt, or ejected. */
  readonly out: boolean
  /** Slow start is under way for so long; absent where there is none. */
  readonly slowStartAgeMs?: number
}

/**
 * How attempts at one target ended since this worker last told. Three classes of failure, each within the one before:
 * answers of 500 and above; the failures of `consecutiveFailures` (no connection, reset, too late, 502 to 504); no connection.
 */
export interface AttemptTally {
  readonly upstream: string
  readonly target: string
  readonly url: string
  /** Attempts that ended. */
  readonly total: number
  /** Of each class: how many; how many in a row at the beginning, at most, and at the end. */
  readonly classes: readonly [ClassTally, ClassTally, ClassTally]
}
export type ClassTally = readonly [count: number, head: number, longest: number, tail: number]

export type BreakerStatus = 'closed' | 'half-open' | 'open'

/** A breaker of this worker has changed. */
export interface BreakerChange {
  readonly upstream: string
  readonly state: BreakerStatus
}

/** What a worker counts about a target. `requests` and `failures` are cumulative while id and URL stay. */
export interface TargetState {
  readonly id: string
  readonly url: string
  readonly weight: number
  /** The weight that counts now: 0 while the target is not eligible. */
  readonly effectiveWeight: number
  readonly eligible: boolean
  readonly draining: boolean
  readonly tier: number
  /** The node has judged that it is not to be picked. */
  readonly out: boolean
  /** How much of its weight counts, 0 to 1. */
  readonly ramp: number
  /** Peak EWMA of the time to the head of an answer; null while nothing is known. */
  readonly latencyMs: number | null
  /** Milliseconds until what it is serving is ended; null where it is not leaving. */
  readonly drainLeftMs: number | null
  /** Attempts sent to it. */
  readonly requests: number
  /** Attempts that ended in a failure to connect, a reset, a time-out, or a status of 500 and above. */
  readonly failures: number
  /** Attempts sent and not yet finished; open tunnels are not among them. */
  readonly inFlight: number
  /** Open connections to it, tunnels included. */
  readonly connections: number
  /** Open WebSockets. */
  readonly tunnels: number
}

export interface UpstreamState {
  readonly id: string
  /** The `type` of its strategy. */
  readonly strategy: string
  /** The tier that serves. */
  readonly tier: number
  /** No target is eligible by its health, and what is done about it; null while one is. */
  readonly noneEligible: string | null
  readonly breaker: { readonly state: BreakerStatus; readonly inFlight: number; readonly pending: number } | null
  readonly targets: readonly TargetState[]
}

export interface ListenerState {
  readonly id: string
  readonly address: string
  /** The port that is really open, also where the document says 0. */
  readonly port: number
  /** Open client connections, tunnels included. */
  readonly connections: number
}

/** Everything the rest of the node may know of this worker's traffic. Plain JSON. */
export interface WorkerState {
  /** The revision that serves; null before the first commit. */
  readonly revision: { readonly number: number; readonly hash: string } | null
  readonly listeners: readonly ListenerState[]
  readonly upstreams: readonly UpstreamState[]
  /** Targets that no serving revision names any more, finishing what they have. */
  readonly leaving: readonly (TargetState & { readonly upstream: string })[]
  /** Runtimes in memory: 1 when nothing of an older revision is still being served. */
  readonly runtimes: number
  /** Open sockets: of clients (those of removed listeners included) and to targets. */
  readonly sockets: { readonly clients: number; readonly targets: number }
}

/** Which addresses targets may have, over what is refused to all. */
export interface AddressPolicyOptions {
  /** CIDR ranges that may be reached although they are refused by default. */
  readonly allow: readonly string[]
  /** What of this node no target may be, such as its admin address; an unspecified address stands for all of this machine. */
  readonly own: readonly { readonly address: string; readonly port: number }[]
}

export interface TrafficOptions {
  readonly log: Log
  /**
   * Which of the workers this is, from 0. New balancers of the others begin elsewhere in their sequence, so that the
   * workers do not all pick the same target first; worker 0 begins where nginx begins. `lead`, from 0 to below 1, is how far
   * all of this node are ahead on the way to where the next of them begins. @default { index: 0, count: 1, lead: 0 }
   */
  readonly worker?: { readonly index: number; readonly count: number; readonly lead?: number }
  /** Uniform in [0, 1). @default Math.random */
  readonly random?: () => number
  /** Ids, counters, access log and load. @default one that counts and nothing else */
  readonly observer?: Observer
  /** 48 random bytes, the same in every worker, so that a TLS session may be resumed in any of them. @default its own */
  readonly ticketKeys?: Buffer
  /** Where relative paths of a document begin, such as those of keys. @default the working directory */
  readonly folder?: string
  /** @default nothing is allowed, nothing is our own */
  readonly addressPolicy?: AddressPolicyOptions
  /** 32 random bytes, the same in every worker and after a restart, that cookies of affinity are signed with where no key is named. @default its own */
  readonly affinityKey?: Buffer
  /** How attempts ended: at once when some failed, else from time to time. @default nobody wants to know */
  readonly onAttempts?: (tallies: readonly AttemptTally[]) => void
  /** @default nobody wants to know */
  readonly onBreaker?: (change: BreakerChange) => void
}

/** The traffic of one worker: its listeners, and everything between a client's socket and a target's. */
export interface Traffic {
  /**
   * Builds the runtime of a revision beside the serving one and opens the listeners it adds.
   *
   * @throws SwitchyardError with its problems, such as `port_in_use` at `listeners[0].port`; nothing is left behind.
   */
  prepare(revision: Revision): Promise<Prepared>
  state(): WorkerState
  /**
   * What the node has judged. Holds over any number of revisions; of what no revision names yet, it is kept for when one does.
   *
   * @param whole these are all there are: of every other target nothing is held against it
   */
  judge(verdicts: readonly Verdict[], whole: boolean): void
  /**
   * Stops accepting, lets what is under way finish, ends WebSockets (1012) and the rest at the deadline.
   *
   * @param deadlineMs from now; 0 ends everything as soon as it has been told.
   */
  close(deadlineMs: number): Promise<void>
  /** Ends everything now. */
  destroy(): void
}

/** Makes the engine; it listens nowhere until a revision is committed. */
export function createTraffic(options: TrafficOptions): Traffic {
  return new Engine(options)
}
