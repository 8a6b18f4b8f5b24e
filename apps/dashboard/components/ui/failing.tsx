'use client'

import { useTranslations } from 'use-intl'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

/** Something could not be loaded: what happened, what still works, what to do. */
export function Failing({ error, retry }: { error: { message: string }; retry: () => void }) {
  const t = useTranslations('failing')
  return (
    <Notice
      kind="failed"
      action={
        <Button size="small" onClick={retry}>
          {t('retry')}
        </Button>
      }
    >
      <p className="font-medium">{error.message === 'Failed to fetch' ? t('unreachable') : error.message}</p>
      <p className="text-muted">{t('still')}</p>
    </Notice>
  )
}
