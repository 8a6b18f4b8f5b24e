import type { StateKind } from '../components/ui/state-mark.tsx'
import type { TimelineEvent } from './trpc.ts'

/** The shape of an event; `edit` for what a revision did. */
export function eventKind({ type, choice }: Pick<TimelineEvent, 'type' | 'choice'>): StateKind | 'edit' {
  switch (type) {
    case 'healthy':
    case 'restored':
    case 'slow-start-ended':
    case 'some-eligible':
    case 'breaker-closed':
    case 'undrained':
      return 'ok'
    case 'unhealthy':
    case 'ejected':
    case 'breaker-opened':
      return 'failed'
    case 'none-eligible':
      return choice === 'fail' ? 'failed' : 'attention'
    case 'probe-failed':
    case 'tier-changed':
    case 'slow-start-begun':
    case 'breaker-half-open':
      return 'attention'
    case 'draining':
      return 'busy'
    case 'drained':
      return 'unknown'
    case 'added':
    case 'removed':
    case 'enabled':
    case 'disabled':
    case 'weight-changed':
      return 'edit'
  }
}
