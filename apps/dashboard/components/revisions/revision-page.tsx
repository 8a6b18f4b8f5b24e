'use client'

import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useUser } from '../../lib/use-user.ts'
import { TextView } from '../resources/text-view.tsx'
import { Button } from '../ui/button.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { TimeAgo } from '../ui/time-ago.tsx'
import { RevisionDiff } from './revision-diff.tsx'
import { useRollBack } from './use-roll-back.tsx'

/** One revision: who published it and why, what differs from another one, its document. */
export function RevisionPage({ number }: { number: number }) {
  const t = useTranslations('revisions')
  const trpc = useTRPC()
  const { data: status } = useStatus()
  const { canEdit } = useUser()
  const { data, error, refetch } = useQuery(trpc.revisions.get.queryOptions({ number }))
  const { ask, dialog } = useRollBack()
  const serves = status?.head?.number === number
  if (error !== null && data === undefined && readApiError(error).reason === 'not_found') {
    return (
      <Page name={`r${number}`}>
        <p className="text-muted">{t('missing', { number })}</p>
        <Button asChild>
          <Link href="/revisions">{t('title')}</Link>
        </Button>
      </Page>
    )
  }
  return (
    <Page
      name={`r${number}`}
      title={
        <span className="flex items-center gap-3">
          r{number}
          {serves ? (
            <span className="font-normal text-table">
              <StateMark kind="ok">{t('head')}</StateMark>
            </span>
          ) : null}
        </span>
      }
      lead={
        data === undefined ? (
          <Skeleton className="mt-1 w-64" />
        ) : (
          <span className="flex flex-wrap gap-x-3">
            <TimeAgo at={data.publishedAt} />
            <span>{data.author}</span>
            {data.rollbackOf === null ? null : <span>{t('rollbackOf', { number: data.rollbackOf })}</span>}
            {data.message === '' ? null : <span className="text-text">{data.message}</span>}
            <span className="figures">
              {data.nodes.rejected > 0 ? t('tookSome', { ...data.nodes }) : t('took', { applied: data.nodes.applied })}
            </span>
          </span>
        )
      }
      actions={
        canEdit && status !== undefined && !serves ? (
          <Button onClick={() => ask(number)}>
            <RotateCcw aria-hidden="true" />
            {t('rollBack')}
          </Button>
        ) : undefined
      }
    >
      {data !== undefined ? (
        <>
          <RevisionDiff number={number} head={status?.head?.number ?? number} />
          <TextView title={t('document')} text={data.document} />
        </>
      ) : error === null ? (
        <Skeleton className="h-64" />
      ) : (
        <Failing error={error} retry={() => void refetch()} />
      )}
      {dialog}
    </Page>
  )
}
