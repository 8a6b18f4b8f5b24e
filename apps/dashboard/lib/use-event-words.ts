'use client'

import type { Cause } from '@switchyard/core/target-events'
import { useTranslations } from 'use-intl'
import type { TimelineEvent } from './trpc.ts'
import { useDurationText } from './use-duration-text.ts'

/** Puts what happened to a target or an upstream, and why, into words of the page's language. */
export function useEventWords() {
  const t = useTranslations('events')
  const causes = useTranslations('causes')
  const duration = useDurationText()

  const sentence = (event: TimelineEvent): string => {
    const { type, before = 0, after = 0, forMs, left = 0, choice, worker = 0 } = event
    switch (type) {
      case 'weight-changed':
      case 'tier-changed':
        return t(type, { before, after })
      case 'ejected':
      case 'slow-start-begun':
      case 'draining':
        return forMs === undefined ? t(`${type}-open`) : t(type, { time: duration(forMs) })
      case 'drained':
        return t(type, { left })
      case 'none-eligible':
        return choice === 'use-all' || choice === 'fail' || choice === undefined
          ? t(choice === 'fail' ? 'none-eligible-fail' : 'none-eligible-all')
          : t('none-eligible-other', { upstream: choice })
      case 'breaker-opened':
      case 'breaker-half-open':
      case 'breaker-closed':
        return t(type, { worker })
      default:
        return t(type)
    }
  }
  const cause = ({ code }: Cause): string => causes(code)
  return { sentence, cause }
}
