'use client'

import { useFormatter } from 'use-intl'

const dayMs = 86_400_000

/** A moment as one says it: the time, and the day too when that was long ago. */
export function useTimeText(): (at: string) => string {
  const format = useFormatter()
  return (at) => {
    const date = new Date(at)
    const near = Math.abs(Date.now() - date.getTime()) < dayMs / 2
    return format.dateTime(date, near ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'medium' })
  }
}
