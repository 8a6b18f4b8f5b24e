'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC, useTRPCClient } from '../../lib/trpc.ts'
import { useUser } from '../../lib/use-user.ts'
import { Button } from '../ui/button.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Missing } from './missing.tsx'
import { type Removable, RemoveResource } from './remove-resource.tsx'
import { ResourceEditor } from './resource-editor.tsx'
import { ServingMark } from './serving-mark.tsx'

/** One resource of a kind that needs no screen of its own: its form, who uses it, its YAML. */
export function ResourcePage({
  kind,
  id,
  actions,
  summary,
}: {
  kind: Exclude<Kind, 'upstreams'>
  id: string
  /** What else can be done with it, for those who may. */
  actions?: ReactNode
  /** What stands above the form. */
  summary?: ReactNode
}) {
  const t = useTranslations('resources')
  const trpc = useTRPC()
  const { canEdit } = useUser()
  const [removing, setRemoving] = useState(false)
  const client = useTRPCClient()
  const resource = useQuery({
    queryKey: trpc[kind].get.queryKey({ id }),
    queryFn: (): Promise<Removable> => client[kind].get.query({ id }),
  })
  const schema = useQuery(trpc.schema.get.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  const error = resource.error ?? schema.error
  const { data } = resource
  if (error !== null && data === undefined && readApiError(error).reason === 'not_found')
    return <Missing kind={kind} id={id} />
  return (
    <Page
      name={id}
      title={
        <span className="flex items-center gap-3">
          <span className="truncate">{id}</span>
          {typeof data?.value['title'] === 'string' ? (
            <span className="truncate font-normal text-muted text-sm">{data.value['title']}</span>
          ) : null}
          {data === undefined ? null : <ServingMark serving={data.serving} />}
        </span>
      }
      actions={
        data !== undefined && canEdit ? (
          <>
            {actions}
            <Button look="danger" onClick={() => setRemoving(true)}>
              <Trash2 aria-hidden="true" />
              {t('remove')}
            </Button>
            <RemoveResource kind={kind} item={data} open={removing} onOpenChange={setRemoving} />
          </>
        ) : undefined
      }
    >
      {summary}
      {data !== undefined && schema.data !== undefined ? (
        <ResourceEditor
          key={id}
          kind={kind}
          field={schema.data[kind]}
          loaded={data}
          aside={<UsedBy users={data.usedBy} />}
        />
      ) : error === null ? (
        <div role="status" aria-label={t('loading')} className="space-y-4">
          <Skeleton className="h-8 max-w-[680px]" />
          <Skeleton className="h-64 max-w-[680px]" />
        </div>
      ) : (
        <Failing error={error} retry={() => void resource.refetch()} />
      )}
    </Page>
  )
}

function UsedBy({ users }: { users: readonly { kind: Kind; id: string }[] }) {
  const t = useTranslations('resources')
  const kinds = useTranslations('changes')
  if (users.length === 0) return null
  return (
    <section className="text-table">
      <h2 className="text-muted text-xs">{t('usedBy')}</h2>
      <ul>
        {users.map(({ kind, id }) => (
          <li key={`${kind} ${id}`}>
            {kinds(`kind.${kind}`)}{' '}
            <Link href={`/${kind}/${encodeURIComponent(id)}`} className="rounded text-accent-text hover:underline">
              {id}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
