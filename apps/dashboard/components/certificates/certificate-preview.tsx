'use client'

import { useTranslations } from 'use-intl'
import { useSchemaWords } from '../../lib/schema-words.ts'
import type { CertificateAbout } from '../../lib/trpc.ts'
import { FieldError } from '../ui/field-error.tsx'
import { CoveredNames } from './covered-names.tsx'
import { Expiry } from './expiry.tsx'

/** What stands in a certificate that was just pasted, before anything is saved. */
export function CertificatePreview({
  about,
  problem,
}: {
  about: CertificateAbout | null
  problem: string | undefined
}) {
  const t = useTranslations('certificates')
  const word = useSchemaWords()
  if (problem !== undefined) return <FieldError>{word(problem)}</FieldError>
  if (about === null) return null
  return (
    <dl
      aria-live="polite"
      className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-0.5 rounded-md border border-line bg-hover px-3 py-2 text-table"
    >
      <dt className="text-muted">{t('covers')}</dt>
      <dd className="break-words">
        <CoveredNames about={about} most={4} />
      </dd>
      <dt className="text-muted">{t('issuer')}</dt>
      <dd className="truncate">
        {about.issuer} <span className="text-muted">· {t('chain', { count: about.chain })}</span>
      </dd>
      <dt className="text-muted">{t('expires')}</dt>
      <dd>
        <Expiry about={about} /> <span className="text-muted">· {about.keyType}</span>
      </dd>
    </dl>
  )
}
