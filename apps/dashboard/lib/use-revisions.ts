'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import { useTRPC, useTRPCClient } from './trpc.ts'

const pageSize = 50

/** What was published, the newest first, page after page. */
export function useRevisions() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  return useInfiniteQuery({
    queryKey: [...trpc.revisions.list.queryKey(), 'pages'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.revisions.list.query(
        { limit: pageSize, ...(pageParam === undefined ? {} : { before: pageParam }) },
        { signal },
      ),
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last.at(-1)?.number),
  })
}
