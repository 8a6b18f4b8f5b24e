'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { readApiError } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Missing } from '../resources/missing.tsx'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { UpstreamDetail } from './upstream-detail.tsx'

export function UpstreamPage({ id }: { id: string }) {
  const t = useTranslations('upstreams')
  const trpc = useTRPC()
  const upstream = useQuery(trpc.upstreams.get.queryOptions({ id }))
  const schema = useQuery(trpc.schema.get.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  const field = schema.data?.upstreams
  if (upstream.data !== undefined && field?.kind === 'group') {
    return <UpstreamDetail key={id} upstream={upstream.data} fields={field.fields} />
  }
  const error = upstream.error ?? schema.error
  if (error !== null && readApiError(error).reason === 'not_found') return <Missing kind="upstreams" id={id} />
  return (
    <Page name={id}>
      {error === null ? (
        <div role="status" aria-label={t('loading')} className="space-y-4">
          <Skeleton className="h-8" />
          <Skeleton className="h-40" />
        </div>
      ) : (
        <Failing error={error} retry={() => void upstream.refetch()} />
      )}
    </Page>
  )
}
