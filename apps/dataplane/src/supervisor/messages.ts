import type { ErrorCode, Problem } from '@switchyard/core/errors'
import type { SecretValues } from '@switchyard/core/node-protocol'
import type { ProcessState } from '../process-state.ts'
import type { AccessLogOptions } from '../traffic/observe/access-log.ts'
import type { MetricsSnapshot } from '../traffic/observe/metrics.ts'
import type { AddressPolicyOptions, AttemptTally, BreakerChange, Verdict, WorkerState } from '../traffic/traffic.ts'

/** What the supervisor and its workers say to each other over the channel of `node:cluster`. */

/** A revision on its way to a worker: text, since the channel would write a parsed one as text again. */
export interface RevisionMessage {
  readonly number: number
  readonly hash: string
  /** JSON as the supervisor read it: checked, with every default filled in. */
  readonly document: string
  /** Of the secrets that the document refers to by name; never logged. */
  readonly secrets?: SecretValues
  /** The ports that stand for 0 in the document, by listener, the same for every worker. */
  readonly ports: Readonly<Record<string, number>>
}

/** The first message, by which a worker becomes one; it has said `hello` before, since a message that finds nobody listening is lost. */
export interface StartMessage {
  readonly type: 'start'
  /** From 0; the one that takes the place of a dead worker has the same. */
  readonly index: number
  readonly count: number
  /** How far the workers of this node begin ahead of where others do, as a part of the way to the next one; 0 to below 1. */
  readonly lead: number
  readonly node: string
  readonly logLevel: string
  readonly accessLog: AccessLogOptions | undefined
  /** 48 bytes in base64, the same for every worker of this node. */
  readonly ticketKeys: string
  /** 32 bytes in base64, the same for every worker of this node and after a restart. */
  readonly affinityKey: string
  /** Where the relative paths of a document begin. */
  readonly folder: string
  readonly addressPolicy: AddressPolicyOptions
}

/** Everything after it is a question that is answered once, under the same `id`. */
export type Question =
  | { readonly type: 'prepare'; readonly revision: RevisionMessage }
  | { readonly type: 'commit' }
  | { readonly type: 'abort' }
  /** `seen`: the number of the last snapshot of metrics that arrived from this worker; 0 for none. */
  | { readonly type: 'state'; readonly seen: number }
  /** Open the access log anew. */
  | { readonly type: 'reopen' }
  | { readonly type: 'close'; readonly deadlineMs: number }

/** What the node has judged of targets; not answered. `whole`: these are all there are. */
export interface VerdictsMessage {
  readonly type: 'verdicts'
  readonly whole: boolean
  readonly verdicts: readonly Verdict[]
}

export type ToWorker = StartMessage | VerdictsMessage | (Question & { readonly id: number })

/** What a worker tells without being asked. */
export type Told =
  | { readonly type: 'attempts'; readonly tallies: readonly AttemptTally[] }
  | { readonly type: 'breaker'; readonly change: BreakerChange }

export type Reply =
  | { readonly type: 'done' }
  | {
      readonly type: 'state'
      readonly traffic: WorkerState
      readonly process: ProcessState
      readonly overloaded: boolean
      readonly metrics: MetricsSnapshot
    }
  | {
      readonly type: 'failed'
      readonly code: ErrorCode
      readonly message: string
      readonly problems: readonly Problem[]
    }

export type FromWorker =
  | { readonly type: 'hello' }
  | { readonly type: 'started' }
  | Told
  | (Reply & { readonly id: number })
