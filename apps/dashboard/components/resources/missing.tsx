'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Button } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'

/** A resource that is not in the draft. */
export function Missing({ kind, id }: { kind: Kind; id: string }) {
  const t = useTranslations('resources')
  const screens = useTranslations('screens')
  return (
    <Page name={id}>
      <div className="flex flex-col items-start gap-3">
        <p className="text-muted">{t('missing', { id })}</p>
        <Button asChild>
          <Link href={`/${kind}`}>{screens(kind)}</Link>
        </Button>
      </div>
    </Page>
  )
}
