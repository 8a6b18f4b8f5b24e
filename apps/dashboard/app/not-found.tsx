'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Button } from '../components/ui/button.tsx'

export default function NotFound() {
  const t = useTranslations('failing')
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 px-6">
      <h1 className="font-semibold text-title">{t('notFound')}</h1>
      <p className="text-muted">{t('notFoundText')}</p>
      <Button asChild>
        <Link href="/">{t('home')}</Link>
      </Button>
    </main>
  )
}
