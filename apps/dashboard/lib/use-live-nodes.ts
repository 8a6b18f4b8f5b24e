'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useTRPC } from './trpc.ts'
import { useClock } from './use-clock.ts'
import { useLasting } from './use-lasting.ts'
import { useVisible } from './use-visible.ts'

/** The nodes, told anew about every two seconds while a screen that shows them is in sight, seconds counted on between. */
export function useLiveNodes() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const visible = useVisible()
  const stream = useSubscription(
    trpc.nodes.watch.subscriptionOptions(undefined, {
      enabled: visible,
      onData: (nodes) => queryClient.setQueryData(trpc.nodes.list.queryKey(), nodes),
    }),
  )
  useLasting(stream, visible)
  const query = useQuery(trpc.nodes.list.queryOptions())
  const now = useClock()
  const elapsed = Math.max(0, Math.floor((now - query.dataUpdatedAt) / 1000))
  return {
    ...query,
    nodes: query.data?.map((node) => ({ ...node, secondsSinceHeard: node.secondsSinceHeard + elapsed })),
  }
}
