'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'

/** A screen for administrators; others read why they do not see it. The API refuses them, whatever stands here. */
export function AdminsOnly({ name, children }: { name: string; children: ReactNode }) {
  const t = useTranslations('settings')
  const trpc = useTRPC()
  const state = useQuery(trpc.auth.state.queryOptions(undefined, { staleTime: 60_000 }))
  const role = state.data?.user?.role
  if (role === 'admin') return children
  return (
    <Page name={name}>
      {role === 'viewer' ? (
        <Empty title={t('adminsOnly.title')}>{t('adminsOnly.text')}</Empty>
      ) : state.error === null ? (
        <div role="status" aria-label={t('loading')} className="space-y-4">
          <Skeleton className="h-8 w-72" />
          <Skeleton className="h-40" />
        </div>
      ) : (
        <Failing error={state.error} retry={() => void state.refetch()} />
      )}
    </Page>
  )
}
