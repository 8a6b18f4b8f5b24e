'use client'

import { useTranslations } from 'use-intl'
import { AdminsOnly } from './admins-only.tsx'
import { UserTable } from './user-table.tsx'

export function UserList() {
  const screens = useTranslations('screens')
  return (
    <AdminsOnly name={screens('users')}>
      <UserTable />
    </AdminsOnly>
  )
}
