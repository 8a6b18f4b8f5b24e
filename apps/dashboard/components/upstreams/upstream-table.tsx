'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { strategyTypeOf, targetsOf } from '../../lib/predicted.ts'
import { shareSegments } from '../../lib/share-segments.ts'
import { type UpstreamItem, useTRPC } from '../../lib/trpc.ts'
import { useRowKeys } from '../../lib/use-row-keys.ts'
import { useTraffic } from '../../lib/use-traffic.ts'
import { routesByUpstream } from '../../lib/used-by.ts'
import { ServingMark } from '../resources/serving-mark.tsx'
import { ShareBar } from '../shares/share-bar.tsx'
import { Cell, Head, HeadCell, Row, Table } from '../ui/table.tsx'

/** Every upstream on one line: its shares, how it chooses, what goes through it, and who sends it there. */
export function UpstreamTable({ items }: { items: readonly UpstreamItem[] }) {
  const t = useTranslations('upstreams')
  const format = useFormatter()
  const router = useRouter()
  const trpc = useTRPC()
  const traffic = useTraffic()
  const routes = useQuery(trpc.routes.list.queryOptions())
  const usedBy = useMemo(() => routesByUpstream(routes.data ?? []), [routes.data])
  const ids = useMemo(() => items.map(({ id }) => id), [items])
  const open = useCallback((id: string) => router.push(`/upstreams/${encodeURIComponent(id)}`), [router])
  const active = useRowKeys(ids, open)
  return (
    <Table label={t('title')}>
      <Head>
        <HeadCell className="w-[22%] min-w-32">{t('upstream')}</HeadCell>
        <HeadCell className="w-[26%] min-w-32">{t('share')}</HeadCell>
        <HeadCell className="max-sm:hidden">{t('strategy')}</HeadCell>
        <HeadCell right>{t('targets')}</HeadCell>
        <HeadCell right className="max-sm:hidden">
          {t('rate')}
        </HeadCell>
        <HeadCell className="max-md:hidden">{t('usedBy')}</HeadCell>
      </Head>
      <tbody>
        {items.map(({ id, value, serving }) => {
          const measured = traffic?.upstreams[id]
          const users = usedBy.get(id) ?? []
          return (
            <Row key={id} data-row={id} active={id === active} className="hover:bg-hover">
              <Cell>
                <span className="flex items-center gap-2">
                  <Link
                    href={`/upstreams/${encodeURIComponent(id)}`}
                    className="truncate rounded font-medium hover:underline"
                  >
                    {id}
                  </Link>
                  <ServingMark serving={serving} />
                </span>
              </Cell>
              <Cell>
                <ShareBar size="thin" segments={shareSegments(value, measured)} />
              </Cell>
              <Cell mono className="text-muted max-sm:hidden">
                {strategyTypeOf(value)}
              </Cell>
              <Cell right>{targetsOf(value).length}</Cell>
              <Cell right className="max-sm:hidden">
                {measured === undefined
                  ? '–'
                  : format.number(measured.requestsPerSecond, {
                      maximumFractionDigits: measured.requestsPerSecond < 10 ? 1 : 0,
                    })}
              </Cell>
              <Cell className="max-w-64 truncate text-muted max-md:hidden" title={users.join(', ')}>
                {users.length === 0 ? t('unused') : users.join(', ')}
              </Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
