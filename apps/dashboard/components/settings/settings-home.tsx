'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { useUser } from '../../lib/use-user.ts'
import { Page } from '../ui/page.tsx'

/** Leads to the first section that the signed-in user may see. */
export function SettingsHome() {
  const screens = useTranslations('screens')
  const router = useRouter()
  const { user, canEdit } = useUser()
  useEffect(() => {
    if (user !== null) router.replace(canEdit ? '/settings/users' : '/settings/account')
  }, [user, canEdit, router])
  return <Page name={screens('settings')}>{null}</Page>
}
