'use client'

import { useTranslations } from 'use-intl'
import type { CertificateAbout } from '../../lib/trpc.ts'

/** The server names that a certificate is for: the first of them, and how many more. */
export function CoveredNames({ about, most }: { about: CertificateAbout; most: number }) {
  const t = useTranslations('certificates')
  const { names, subject } = about
  if (names.length === 0) return <span className="text-muted">{t('noNames', { subject })}</span>
  const more = names.length - most
  return (
    <span title={names.join('\n')} className="font-mono text-xs">
      {names.slice(0, most).join(', ')}
      {more > 0 ? <span className="ml-1.5 font-sans text-muted">{t('more', { count: more })}</span> : null}
    </span>
  )
}
