'use client'

import { useTranslations } from 'use-intl'
import { Button } from '../components/ui/button.tsx'

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('failing')
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 px-6">
      <h1 className="font-semibold text-title">{t('broken')}</h1>
      <p className="text-muted">{t('brokenText')}</p>
      <Button onClick={reset}>{t('retry')}</Button>
    </main>
  )
}
