'use client'

import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { targetsOf } from '../../lib/predicted.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useUser } from '../../lib/use-user.ts'
import { ShareLegend } from '../shares/share-legend.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Table } from '../ui/table.tsx'
import { UpstreamTable } from './upstream-table.tsx'

const example = `upstreams:
  - id: shop
    strategy: { type: weighted-round-robin }
    targets:
      - { id: a, url: http://10.0.0.7:8080, weight: 5 }
      - { id: b, url: http://10.0.0.8:8080, weight: 1 }`

export function UpstreamList() {
  const t = useTranslations('upstreams')
  const trpc = useTRPC()
  const { canEdit } = useUser()
  const [search, setSearch] = useSearchParam('q')
  const { data, error, refetch } = useQuery(trpc.upstreams.list.queryOptions())
  const shown = useMemo(() => {
    const wanted = search.toLowerCase()
    return (data ?? []).filter(({ id, value }) =>
      [id, String(value['title'] ?? ''), ...targetsOf(value).map(({ url }) => url)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    )
  }, [data, search])

  const add = canEdit ? (
    <Button asChild look="primary">
      <Link href="/new/upstreams">
        <Plus aria-hidden="true" />
        {t('add')}
      </Link>
    </Button>
  ) : null
  return (
    <Page name={t('title')} actions={add}>
      {error !== null && data === undefined ? (
        <Failing error={error} retry={() => void refetch()} />
      ) : data?.length === 0 ? (
        <Empty title={t('emptyTitle')} action={add} example={example}>
          {t('empty')}
        </Empty>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <SearchField value={search} onChange={setSearch} label={t('search')} />
            <ShareLegend />
          </div>
          {data === undefined ? (
            <Table label={t('title')}>
              <tbody>
                <SkeletonRows rows={6} columns={5} />
              </tbody>
            </Table>
          ) : shown.length === 0 ? (
            <p className="py-6 text-muted text-sm">{t('noMatch', { search })}</p>
          ) : (
            <UpstreamTable items={shown} />
          )}
        </>
      )}
    </Page>
  )
}
