import type { Log } from '@switchyard/core/middleware/contract'
import type { Deadlines } from './deadlines.ts'
import type { AccessLog } from './observe/access-log.ts'
import type { Ids } from './observe/ids.ts'
import type { LoadGuard } from './observe/load-guard.ts'
import type { Metrics } from './observe/metrics.ts'
import type { Runtime } from './runtime.ts'
import type { WebSocketBack } from './websocket/back.ts'

/** What serving a request takes of the worker: everything that lives longer than a revision. */
export interface Serving {
  readonly log: Log
  readonly deadlines: Deadlines
  readonly ids: Ids
  readonly loadGuard: LoadGuard
  readonly metrics: Metrics
  /** Undefined when none is written. */
  readonly accessLog: AccessLog | undefined
  readonly webSocket: WebSocketBack
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** The one that serves now; undefined before the first revision, and at the end. */
  readonly runtime: Runtime | undefined
}
