'use client'

import { useTranslations } from 'use-intl'

/** What outline, fill and hatching of the share bar mean. */
export function ShareLegend() {
  const t = useTranslations('shares')
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted text-xs">
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="h-2.5 w-4 rounded-[2px] shadow-[inset_0_0_0_1px_var(--share-line)]" />
        {t('predicted')}
      </span>
      <span className="inline-flex items-center gap-1.5">
        <span aria-hidden="true" className="h-2 w-4 bg-share-1" />
        {t('measured')}
      </span>
    </p>
  )
}
