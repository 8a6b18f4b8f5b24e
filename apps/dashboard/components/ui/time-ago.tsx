'use client'

import { useFormatter, useNow } from 'use-intl'

/** When something was: relative, with local time and UTC on hover. Moves on by itself every ten seconds. */
export function TimeAgo({ at }: { at: string }) {
  const format = useFormatter()
  const now = useNow({ updateInterval: 10_000 })
  const date = new Date(at)
  const local = format.dateTime(date, { dateStyle: 'medium', timeStyle: 'long' })
  return (
    <time dateTime={at} title={`${local}\n${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {format.relativeTime(date, date > now ? date : now)}
    </time>
  )
}
