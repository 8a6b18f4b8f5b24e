import type { Log } from '@switchyard/core/middleware/contract'
import type { Deadlines } from './deadlines.ts'
import type { Observer } from './observe/observer.ts'
import type { Runtime } from './runtime.ts'

/** What serving a request takes of the worker: everything that lives longer than a revision. */
export interface Serving extends Observer {
  readonly log: Log
  readonly deadlines: Deadlines
  /** Shared by the workers of a node, so that a TLS session may be resumed in any of them. */
  readonly ticketKeys: Buffer
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** The one that serves now; undefined before the first revision, and at the end. */
  readonly runtime: Runtime | undefined
}
