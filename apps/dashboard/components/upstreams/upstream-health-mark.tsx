'use client'

import { useTranslations } from 'use-intl'
import type { UpstreamWord } from '../../lib/upstream-health.ts'
import { StateMark } from '../ui/state-mark.tsx'

/** How many targets of an upstream are well, with the shape of the worst that is known of it. */
export function UpstreamHealthMark({ word }: { word: UpstreamWord | undefined }) {
  const t = useTranslations('upstreams')
  if (word === undefined) return <StateMark kind="unknown">{t('notHeard')}</StateMark>
  return (
    <StateMark kind={word.kind} className="figures">
      {word.of === 0 ? t('noneTakes') : t('well', { well: word.well, of: word.of })}
    </StateMark>
  )
}
