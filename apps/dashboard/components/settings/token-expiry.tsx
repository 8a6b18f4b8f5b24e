'use client'

import { useFormatter, useNow, useTranslations } from 'use-intl'
import { StateMark } from '../ui/state-mark.tsx'

const soonMs = 7 * 24 * 60 * 60_000

/** When a token ends; stands out in its last seven days. */
export function TokenExpiry({ at }: { at: string | null }) {
  const t = useTranslations('settings.tokens')
  const format = useFormatter()
  const now = useNow({ updateInterval: 10_000 })
  if (at === null) return <span className="text-muted">{t('endless')}</span>
  const date = new Date(at)
  const left = date.getTime() - now.getTime()
  const local = format.dateTime(date, { dateStyle: 'medium', timeStyle: 'long' })
  const time = (
    <time dateTime={at} title={`${local}\n${date.toISOString().replace('T', ' ').slice(0, 19)} UTC`}>
      {left <= 0 ? t('expired') : format.relativeTime(date, now)}
    </time>
  )
  if (left > soonMs) return <span className="text-muted">{time}</span>
  return <StateMark kind={left <= 0 ? 'failed' : 'attention'}>{time}</StateMark>
}
