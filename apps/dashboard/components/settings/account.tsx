'use client'

import { useTranslations } from 'use-intl'
import { useUser } from '../../lib/use-user.ts'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ChangePassword } from './change-password.tsx'

/** Who one is here, and one's own password. */
export function Account() {
  const t = useTranslations('settings')
  const screens = useTranslations('screens')
  const { user } = useUser()
  return (
    <Page name={screens('account')}>
      <dl className="grid max-w-md grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
        <dt className="text-muted">{t('email')}</dt>
        <dd className="flex h-5 min-w-0 items-center">
          {user === null ? <Skeleton className="w-40" /> : <span className="truncate">{user.email}</span>}
        </dd>
        <dt className="text-muted">{t('role')}</dt>
        <dd className="flex h-5 items-center">
          {user === null ? <Skeleton className="w-24" /> : t(`roles.${user.role}`)}
        </dd>
      </dl>
      <ChangePassword email={user?.email ?? ''} />
    </Page>
  )
}
