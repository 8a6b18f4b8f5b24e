'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { type TrafficSummary, useTRPC } from './trpc.ts'
import { useLasting } from './use-lasting.ts'
import { useVisible } from './use-visible.ts'

/** What went through over the last minute, about every two seconds, while a screen that shows it is in sight. */
export function useTraffic(): TrafficSummary | undefined {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const visible = useVisible()
  const stream = useSubscription(
    trpc.traffic.watch.subscriptionOptions(undefined, {
      enabled: visible,
      onData: (summary) => queryClient.setQueryData(trpc.traffic.summary.queryKey(), summary),
    }),
  )
  useLasting(stream, visible)
  return useQuery(trpc.traffic.summary.queryOptions()).data
}
