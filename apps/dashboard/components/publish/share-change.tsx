'use client'

import { useTranslations } from 'use-intl'
import { predictedShares, targetsOf, type WrittenUpstream } from '../../lib/predicted.ts'
import { sharesBefore } from '../../lib/shares-before.ts'
import type { Change } from '../../lib/trpc.ts'
import { ShareBar } from '../shares/share-bar.tsx'

/** The share bar of an upstream before, above after: there only when a share moves. */
export function ShareChange({ change, after }: { change: Change; after: WrittenUpstream }) {
  const t = useTranslations('changes')
  const before = sharesBefore(after, change.details)
  const [sharesThen, sharesNow] = [predictedShares(before), predictedShares(after)]
  const ids = [...new Set([...targetsOf(after), ...targetsOf(before)].map(({ id }) => id))]
  if (ids.every((id) => (sharesThen.get(id) ?? 0) === (sharesNow.get(id) ?? 0))) return null
  const bar = (shares: Map<string, number>) =>
    ids.map((id) => ({ id, predicted: shares.get(id) ?? 0, measured: shares.get(id) ?? 0 }))
  return (
    <div className="mt-2 grid grid-cols-[max-content_1fr] items-center gap-x-3 gap-y-1 text-muted text-xs">
      <span>{t('before')}</span>
      <ShareBar size="middle" segments={bar(sharesThen)} />
      <span>{t('after')}</span>
      <ShareBar size="middle" segments={bar(sharesNow)} />
    </div>
  )
}
