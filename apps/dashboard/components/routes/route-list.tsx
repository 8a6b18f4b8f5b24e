'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { matchSummary } from '../../lib/match-summary.ts'
import { type RouteItem, useTRPC } from '../../lib/trpc.ts'
import { upstreamsOf } from '../../lib/used-by.ts'
import { type Column, ResourceList } from '../resources/resource-list.tsx'
import { StateMark } from '../ui/state-mark.tsx'

const example = `routes:
  - id: shop
    match:
      hosts: [shop.example.com]
      path: { type: prefix, value: /api }
    forward: { upstream: shop }`

const textOf = ({ id, value }: RouteItem) =>
  [id, value.title ?? '', matchSummary(value.match), ...upstreamsOf(value).map((part) => part.id)].join(' ')

/** Every route on one line: what it matches and where that goes. */
export function RouteList() {
  const t = useTranslations('routes')
  const trpc = useTRPC()
  const routes = useQuery(trpc.routes.list.queryOptions())
  const columns: Column<RouteItem>[] = [
    {
      name: 'match',
      by: ({ value }) => matchSummary(value.match),
      title: t('match'),
      className: 'max-w-36 truncate sm:max-w-96',
      cell: ({ value }) => {
        const summary = matchSummary(value.match)
        return summary === '' ? (
          <span className="text-muted">{t('everything')}</span>
        ) : (
          <span className="font-mono text-xs" title={summary}>
            {summary}
          </span>
        )
      },
    },
    {
      name: 'forward',
      by: ({ value }) => upstreamsOf(value)[0]?.id ?? '',
      title: t('forward'),
      className: 'max-w-24 truncate sm:max-w-64',
      cell: ({ value }) => {
        const parts = upstreamsOf(value)
        if (parts.length === 0) return <span className="text-muted">{t('answers')}</span>
        return parts.map(({ id, weight }) => (weight === undefined ? id : `${id} ${weight}`)).join(' · ')
      },
    },
    {
      name: 'middleware',
      title: t('middleware'),
      right: true,
      className: 'max-md:hidden',
      cell: ({ value }) => value.middleware?.length ?? 0,
    },
    {
      name: 'priority',
      by: ({ value }) => value.priority ?? 0,
      title: t('priority'),
      right: true,
      className: 'max-sm:hidden',
      cell: ({ value }) => value.priority ?? 0,
    },
    {
      name: 'state',
      title: t('state'),
      className: 'max-sm:hidden',
      cell: ({ value }) =>
        value.enabled === false ? (
          <StateMark kind="unknown">{t('off')}</StateMark>
        ) : (
          <StateMark kind="ok">{t('on')}</StateMark>
        ),
    },
  ]
  return (
    <ResourceList
      kind="routes"
      items={routes.data}
      error={routes.error}
      retry={() => void routes.refetch()}
      text={textOf}
      columns={columns}
      example={example}
    />
  )
}
