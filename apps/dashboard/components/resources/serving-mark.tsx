'use client'

import { useTranslations } from 'use-intl'
import { StateMark } from '../ui/state-mark.tsx'

/** Says that the draft of a resource is not what serves; nothing when it is. */
export function ServingMark({ serving }: { serving: 'same' | 'changed' | 'added' }) {
  const t = useTranslations('resources')
  if (serving === 'same') return null
  return (
    <StateMark kind="attention" className="text-xs">
      {t(serving)}
    </StateMark>
  )
}
