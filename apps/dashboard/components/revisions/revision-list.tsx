'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { RevisionItem } from '../../lib/trpc.ts'
import { useRevisions } from '../../lib/use-revisions.ts'
import { useRowKeys } from '../../lib/use-row-keys.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Head, HeadCell, Table } from '../ui/table.tsx'
import { RevisionRow } from './revision-row.tsx'
import { useRollBack } from './use-roll-back.tsx'

/** Everything that was ever published, the newest first; any of it can serve again. */
export function RevisionList() {
  const t = useTranslations('revisions')
  const router = useRouter()
  const { data: status } = useStatus()
  const { canEdit } = useUser()
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRevisions()
  const { ask, dialog } = useRollBack()
  const revisions = useMemo<RevisionItem[] | undefined>(() => data?.pages.flat(), [data])
  const ids = useMemo(() => (revisions ?? []).map(({ number }) => String(number)), [revisions])
  const active = useRowKeys(
    ids,
    useCallback((number: string) => router.push(`/revisions/${number}`), [router]),
  )
  return (
    <Page name={t('title')}>
      {error !== null && revisions === undefined ? (
        <Failing error={error} retry={() => void refetch()} />
      ) : revisions?.length === 0 ? (
        <Empty
          title={t('emptyTitle')}
          example={t('example')}
          action={<Button onClick={() => router.push('/upstreams')}>{t('begin')}</Button>}
        >
          {t('empty')}
        </Empty>
      ) : (
        <>
          <Table label={t('title')} aria-busy={revisions === undefined}>
            <Head>
              <HeadCell>{t('revision')}</HeadCell>
              <HeadCell>{t('changes')}</HeadCell>
              <HeadCell className="max-sm:hidden">{t('published')}</HeadCell>
              <HeadCell className="max-md:hidden">{t('author')}</HeadCell>
              <HeadCell className="max-sm:hidden">{t('nodes')}</HeadCell>
              <HeadCell>
                <span className="sr-only">{t('actions')}</span>
              </HeadCell>
            </Head>
            <tbody>
              {revisions === undefined ? (
                <SkeletonRows rows={6} columns={6} />
              ) : (
                revisions.map((revision) => (
                  <RevisionRow
                    key={revision.number}
                    revision={revision}
                    head={status?.head?.number}
                    nodes={status?.nodes ?? []}
                    active={active === String(revision.number)}
                    {...(canEdit ? { onRollBack: () => ask(revision.number) } : {})}
                  />
                ))
              )}
            </tbody>
          </Table>
          {hasNextPage ? (
            <Button disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t('older')}
            </Button>
          ) : null}
        </>
      )}
      {dialog}
    </Page>
  )
}
