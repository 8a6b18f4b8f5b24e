'use client'

import { useQuery } from '@tanstack/react-query'
import type { WrittenUpstream } from './predicted.ts'
import { useTRPC } from './trpc.ts'

/** The upstreams of a revision by their ids, for the shares of a diff that leads to it. The reader is loaded when needed. */
export function useDocumentUpstreams(number: number, enabled: boolean): (id: string) => WrittenUpstream | undefined {
  const trpc = useTRPC()
  const { data: revision } = useQuery(trpc.revisions.get.queryOptions({ number }, { enabled }))
  const { data: upstreams } = useQuery({
    queryKey: ['upstreams of revision', number],
    enabled: revision !== undefined,
    // A revision never changes.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { parse } = await import('yaml')
      const document = parse(revision?.document ?? '') as { upstreams?: (WrittenUpstream & { id: string })[] } | null
      return new Map((document?.upstreams ?? []).map((upstream) => [upstream.id, upstream]))
    },
  })
  return (id) => upstreams?.get(id)
}
