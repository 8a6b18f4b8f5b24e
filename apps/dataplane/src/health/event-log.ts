import type { Log } from '@switchyard/core/middleware/contract'
import type { TargetEvent, TargetEventType } from '@switchyard/core/target-events'

type Level = 'debug' | 'info' | 'warn'

/** What a revision does to targets stands in the revision; the log says that it was applied. */
const lines: Record<TargetEventType, readonly [Level, string]> = {
  added: ['debug', 'target added'],
  removed: ['debug', 'target removed'],
  enabled: ['debug', 'target enabled'],
  disabled: ['debug', 'target disabled'],
  'weight-changed': ['debug', 'target weight changed'],
  'probe-failed': ['info', 'target probe failed'],
  unhealthy: ['warn', 'target unhealthy'],
  healthy: ['info', 'target healthy'],
  ejected: ['warn', 'target ejected'],
  restored: ['info', 'target restored'],
  'slow-start-begun': ['info', 'target slow start begun'],
  'slow-start-ended': ['info', 'target slow start ended'],
  draining: ['info', 'target draining'],
  undrained: ['info', 'target undrained'],
  drained: ['info', 'target drained'],
  'none-eligible': ['warn', 'no target of the upstream is eligible'],
  'some-eligible': ['info', 'a target of the upstream is eligible again'],
  'tier-changed': ['warn', 'another tier of the upstream serves'],
  'breaker-opened': ['warn', 'circuit breaker opened'],
  'breaker-half-open': ['info', 'circuit breaker half-open'],
  'breaker-closed': ['info', 'circuit breaker closed'],
}

/** Logs an event. */
export function logEvent(log: Log, { type, at: _, ...about }: TargetEvent): void {
  const [level, message] = lines[type]
  log[level](about, message)
}
