'use client'

import { useTranslations } from 'use-intl'
import { roundDuration } from './duration.ts'

/** A length of time in its largest unit: "3 d", "40 s". */
export function useDurationText(): (ms: number) => string {
  const t = useTranslations('durations')
  return (ms) => {
    const { count, unit } = roundDuration(ms)
    return t(unit, { count })
  }
}
