'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { type ListenerItem, useTRPC } from '../../lib/trpc.ts'
import { useStatus } from '../../lib/use-status.ts'
import { type Column, ResourceList } from '../resources/resource-list.tsx'

const example = `listeners:
  - id: web
    address: 0.0.0.0
    port: 8080`

const textOf = ({ id, value }: ListenerItem) =>
  [id, value.address ?? '0.0.0.0', value.port, value.title ?? ''].join(' ')

/** Where requests come in. */
export function ListenerList() {
  const t = useTranslations('listeners')
  const trpc = useTRPC()
  const listeners = useQuery(trpc.listeners.list.queryOptions())
  const nodes = useStatus().data?.nodes ?? []
  const columns: Column<ListenerItem>[] = [
    {
      name: 'address',
      by: ({ value }) => value.port,
      title: t('address'),
      cell: ({ value }) => (
        <span className="font-mono text-xs">
          {value.address ?? '0.0.0.0'}:{value.port}
        </span>
      ),
    },
    {
      name: 'protocol',
      title: t('protocol'),
      cell: ({ value }) => <span className="font-mono text-xs">{value.protocol ?? 'http'}</span>,
    },
    {
      name: 'open',
      title: t('open'),
      right: true,
      cell: ({ id }) => nodes.filter((node) => node.listeners.some((listener) => listener.id === id)).length,
    },
    {
      name: 'about',
      title: t('about'),
      className: 'max-w-96 truncate text-muted max-sm:hidden',
      cell: ({ value }) => value.title ?? value.description ?? '',
    },
  ]
  return (
    <ResourceList
      kind="listeners"
      items={listeners.data}
      error={listeners.error}
      retry={() => void listeners.refetch()}
      text={textOf}
      columns={columns}
      example={example}
    />
  )
}
