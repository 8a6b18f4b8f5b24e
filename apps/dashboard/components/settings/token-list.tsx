'use client'

import { useTranslations } from 'use-intl'
import { AdminsOnly } from './admins-only.tsx'
import { TokenTable } from './token-table.tsx'

export function TokenList() {
  const screens = useTranslations('screens')
  return (
    <AdminsOnly name={screens('tokens')}>
      <TokenTable />
    </AdminsOnly>
  )
}
