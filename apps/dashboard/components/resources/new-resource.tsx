'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { Failing } from '../ui/failing.tsx'
import { Page } from '../ui/page.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { ResourceEditor } from './resource-editor.tsx'

/** The form of a resource that is not there yet. */
export function NewResource({ kind }: { kind: Kind }) {
  const t = useTranslations('lists')
  const trpc = useTRPC()
  const schema = useQuery(trpc.schema.get.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
  return (
    <Page name={t(`${kind}.add`)}>
      {schema.data !== undefined ? (
        <ResourceEditor kind={kind} field={schema.data[kind]} />
      ) : schema.error === null ? (
        <Skeleton className="h-64 max-w-[680px]" />
      ) : (
        <Failing error={schema.error} retry={() => void schema.refetch()} />
      )}
    </Page>
  )
}
