import type { AccessLog } from './access-log.ts'
import { createIds, type Ids } from './ids.ts'
import { Metrics } from './metrics.ts'

/** What a worker watches its traffic with; made, told and ended by whoever runs the worker. */
export interface Observer {
  readonly ids: Ids
  readonly metrics: Metrics
  /** Asked before a request is taken on. */
  readonly loadGuard: { readonly overloaded: boolean }
  /** Undefined when it is off. */
  readonly accessLog: Pick<AccessLog, 'write'> | undefined
}

/** What is not given counts, but is neither overloaded nor logged. */
export function createObserver({
  loadGuard,
  accessLog,
}: Partial<Pick<Observer, 'loadGuard' | 'accessLog'>> = {}): Observer {
  return { ids: createIds(), metrics: new Metrics(), loadGuard: loadGuard ?? { overloaded: false }, accessLog }
}
