'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { type HealthSummary, useTRPC } from './trpc.ts'
import { useLasting } from './use-lasting.ts'
import { useVisible } from './use-visible.ts'

/** What nodes say of targets and upstreams, at once when it changes, while a screen that shows it is in sight. */
export function useHealth(): HealthSummary | undefined {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const visible = useVisible()
  const stream = useSubscription(
    trpc.health.watch.subscriptionOptions(undefined, {
      enabled: visible,
      onData: (summary) => queryClient.setQueryData(trpc.health.summary.queryKey(), summary),
    }),
  )
  useLasting(stream, visible)
  return useQuery(trpc.health.summary.queryOptions()).data
}
