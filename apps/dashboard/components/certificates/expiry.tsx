'use client'

import { useFormatter, useTranslations } from 'use-intl'
import type { CertificateAbout } from '../../lib/trpc.ts'
import { StateMark } from '../ui/state-mark.tsx'

/** Renewing takes people a while; most of what renews by itself has done so by then. */
const soonDays = 30

/** In how many days a certificate expires; stands out when that is soon, when it is over, and before it begins. */
export function Expiry({ about }: { about: CertificateAbout }) {
  const t = useTranslations('certificates')
  const format = useFormatter()
  const { daysLeft: days, notBefore, notAfter } = about
  const local = format.dateTime(new Date(notAfter), { dateStyle: 'medium', timeStyle: 'long' })
  const time = (words: string) => (
    <time dateTime={notAfter} title={`${local}\n${notAfter.replace('T', ' ').slice(0, 19)} UTC`}>
      {words}
    </time>
  )
  if (new Date(notBefore) > new Date()) {
    const from = format.dateTime(new Date(notBefore), { dateStyle: 'medium' })
    return <StateMark kind="attention">{time(t('validFrom', { date: from }))}</StateMark>
  }
  if (days < 0) return <StateMark kind="failed">{time(t('expired', { days: -days - 1 }))}</StateMark>
  if (days < soonDays) return <StateMark kind="attention">{time(t('daysLeft', { days }))}</StateMark>
  return <span className="whitespace-nowrap">{time(t('daysLeft', { days }))}</span>
}
