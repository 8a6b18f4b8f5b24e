'use client'

import { useTranslations } from 'use-intl'
import { useAudit } from '../../lib/use-audit.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Head, HeadCell, Table } from '../ui/table.tsx'
import { AuditRow } from './audit-row.tsx'

/** Who did what and when, the newest first. */
export function AuditList() {
  const t = useTranslations('settings.audit')
  const screens = useTranslations('screens')
  const audit = useAudit()
  const records = audit.data?.pages.flat()
  const failed =
    audit.error === null ? null : (
      <Failing error={audit.error} retry={() => void (records ? audit.fetchNextPage() : audit.refetch())} />
    )
  return (
    <Page name={screens('audit')}>
      {records === undefined && failed !== null ? (
        failed
      ) : records?.length === 0 ? (
        <Empty title={t('emptyTitle')}>{t('empty')}</Empty>
      ) : (
        <>
          <Table label={screens('audit')} className="table-fixed" aria-busy={records === undefined}>
            <Head>
              <HeadCell className="w-34 max-lg:hidden">{t('when')}</HeadCell>
              <HeadCell className="w-[16%] max-lg:hidden">{t('who')}</HeadCell>
              <HeadCell className="lg:w-[16%]">{t('did')}</HeadCell>
              <HeadCell className="lg:w-[22%]">{t('what')}</HeadCell>
              <HeadCell className="max-lg:hidden">{t('detail')}</HeadCell>
            </Head>
            <tbody>
              {records === undefined ? (
                <SkeletonRows rows={12} columns={2} />
              ) : (
                records.map((record) => <AuditRow key={record.id} record={record} />)
              )}
            </tbody>
          </Table>
          {audit.isFetchNextPageError ? failed : null}
          {audit.hasNextPage ? (
            <Button disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
              {t('more')}
            </Button>
          ) : null}
        </>
      )}
    </Page>
  )
}
