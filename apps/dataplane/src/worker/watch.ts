import type { Log } from '@switchyard/core/middleware/contract'
import { type AccessLog, type AccessLogOptions, createAccessLog } from '../traffic/observe/access-log.ts'
import { createIds } from '../traffic/observe/ids.ts'
import { createLoadGuard } from '../traffic/observe/load-guard.ts'
import { Metrics } from '../traffic/observe/metrics.ts'
import type { Observer } from '../traffic/observe/observer.ts'

/** What a worker watches its traffic with. It goes on for as long as the process. */
export interface Watch extends Observer {
  readonly accessLog: AccessLog | undefined
}

export function createWatch(accessLog: AccessLogOptions | undefined, log: Log): Watch {
  const metrics = new Metrics()
  return {
    ids: createIds(),
    metrics,
    loadGuard: createLoadGuard(log),
    accessLog: accessLog && createAccessLog(accessLog, log, (lines) => metrics.logLinesDropped(lines)),
  }
}
