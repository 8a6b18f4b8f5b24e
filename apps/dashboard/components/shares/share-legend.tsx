'use client'

import { useTranslations } from 'use-intl'

/** What outline and fill of the share bar mean, and its hatching and gaps while there are any. */
export function ShareLegend({ draining = false, out = false }: { draining?: boolean; out?: boolean }) {
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
      {draining ? (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="hatched h-2.5 w-2.5 text-share-1" />
          {t('draining')}
        </span>
      ) : null}
      {out ? (
        <span className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className="h-2.5 w-0.5 bg-failed" />
          {t('out')}
        </span>
      ) : null}
    </p>
  )
}
