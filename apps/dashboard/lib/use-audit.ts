'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useTRPC, useTRPCClient } from './trpc.ts'

const pageSize = 50

/** Who changed what, the newest first, page after page. */
export function useAudit() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  return useInfiniteQuery({
    queryKey: [...trpc.audit.list.queryKey(), 'pages'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.audit.list.query(
        { limit: pageSize, ...(pageParam === undefined ? {} : { before: pageParam }) },
        { signal },
      ),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.id),
  })
}
