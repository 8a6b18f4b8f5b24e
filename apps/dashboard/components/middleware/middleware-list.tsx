'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { type MiddlewareItem, useTRPC } from '../../lib/trpc.ts'
import { middlewareRefs } from '../../lib/used-by.ts'
import { type Column, ResourceList } from '../resources/resource-list.tsx'

const example = `middleware:
  - id: drop-prefix
    type: rewrite
    stripPrefix: /api`

const textOf = ({ id, value }: MiddlewareItem) => [id, value.type, value.title ?? ''].join(' ')

/** Middleware that several routes refer to. */
export function MiddlewareList() {
  const t = useTranslations('middleware')
  const trpc = useTRPC()
  const middleware = useQuery(trpc.middleware.list.queryOptions())
  const routes = useQuery(trpc.routes.list.queryOptions())
  const usedBy = useMemo(() => middlewareRefs(routes.data ?? []), [routes.data])
  const columns: Column<MiddlewareItem>[] = [
    {
      name: 'type',
      title: t('type'),
      by: ({ value }) => value.type,
      cell: ({ value }) => <span className="font-mono text-xs">{value.type}</span>,
    },
    {
      name: 'about',
      title: t('about'),
      className: 'max-w-96 truncate text-muted max-sm:hidden',
      cell: ({ value }) => value.title ?? value.description ?? '',
    },
    {
      name: 'usedBy',
      title: t('usedBy'),
      className: 'max-w-64 truncate text-muted',
      cell: ({ id }) => usedBy.get(id)?.join(', ') ?? t('unused'),
    },
  ]
  return (
    <ResourceList
      kind="middleware"
      items={middleware.data}
      error={middleware.error}
      retry={() => void middleware.refetch()}
      text={textOf}
      columns={columns}
      example={example}
    />
  )
}
