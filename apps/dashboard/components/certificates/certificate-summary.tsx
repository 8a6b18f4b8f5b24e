'use client'

import type { ReactNode } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import type { CertificateAbout } from '../../lib/trpc.ts'
import { Expiry } from './expiry.tsx'

/** What stands in a certificate, as far as people ask. */
export function CertificateSummary({ about }: { about: CertificateAbout }) {
  const t = useTranslations('certificates')
  const format = useFormatter()
  const day = (at: string) => format.dateTime(new Date(at), { dateStyle: 'medium' })
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-4 gap-y-1.5 rounded-lg border border-line bg-panel px-4 py-3 text-table">
      <Fact name={t('covers')}>
        {about.names.length === 0 ? (
          <span className="text-muted">{t('noNames', { subject: about.subject })}</span>
        ) : (
          <ul className="flex flex-wrap gap-x-4 font-mono text-xs leading-5">
            {about.names.map((name) => (
              <li key={name} className="break-all">
                {name}
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name={t('expires')}>
        <Expiry about={about} />{' '}
        <span className="text-muted">· {t('valid', { from: day(about.notBefore), until: day(about.notAfter) })}</span>
      </Fact>
      <Fact name={t('issuer')}>
        {about.issuer} <span className="text-muted">· {t('chain', { count: about.chain })}</span>
      </Fact>
      <Fact name={t('key')}>{about.keyType}</Fact>
      <Fact name={t('fingerprint')}>
        <span className="break-all font-mono text-xs">{about.fingerprint}</span>
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
