import type { Log } from '@switchyard/core/middleware/contract'
import type { SetUpCode } from './access/set-up-code.ts'
import type { SignInLimiter } from './access/sign-in-limiter.ts'
import type { CertificateReader } from './certificates/certificate-reader.ts'
import type { Database } from './database/open.ts'
import type { DraftReader } from './draft/draft-reader.ts'
import type { EventStore } from './health/event-store.ts'
import type { HealthRegistry } from './health/health-registry.ts'
import type { NodeRegistry } from './nodes/node-registry.ts'
import type { HeadReader } from './revisions/head-reader.ts'
import type { SecretBox } from './secrets/secret-box.ts'
import type { SecretReader } from './secrets/secret-reader.ts'
import type { Signals } from './signals.ts'
import type { TrafficWindow } from './traffic/traffic-window.ts'

/** What every verb of the control plane works with. */
export interface Services {
  readonly db: Database
  readonly log: Log
  /** Milliseconds since 1970. */
  now(): number
  readonly signals: Signals
  readonly drafts: DraftReader
  readonly heads: HeadReader
  readonly secretBox: SecretBox
  readonly secrets: SecretReader
  readonly certificates: CertificateReader
  readonly nodes: NodeRegistry
  readonly traffic: TrafficWindow
  readonly health: HealthRegistry
  readonly events: EventStore
  readonly signInLimiter: SignInLimiter
  readonly setUpCode: SetUpCode
  /** Where browsers, scripts and nodes reach this control plane; no slash at the end. */
  readonly publicUrl: string
  /** Aborted when the control plane shuts down. */
  readonly closing: AbortSignal
}
