'use client'

import { useTranslations } from 'use-intl'
import { AdminsOnly } from './admins-only.tsx'
import { SecretTable } from './secret-table.tsx'

export function SecretList() {
  const screens = useTranslations('screens')
  return (
    <AdminsOnly name={screens('secrets')}>
      <SecretTable />
    </AdminsOnly>
  )
}
