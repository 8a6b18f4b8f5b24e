'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useEffect, useRef } from 'react'
import { type Status, useTRPC } from './trpc.ts'
import { useLasting } from './use-lasting.ts'
import { useVisible } from './use-visible.ts'

/** Draft, head and nodes, as they were when they last changed. Filled by `useLiveStatus` of the shell. */
export function useStatus() {
  const trpc = useTRPC()
  return useQuery(trpc.revisions.status.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }))
}

/** Keeps `useStatus` up to date while this tab is in sight, and everything that is listed when the draft has changed. */
export function useLiveStatus(): { connected: boolean } {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const visible = useVisible()
  const seen = useRef<string | undefined>(undefined)

  // A question that was asked before this news has an older answer: it must not come after.
  const receive = async (status: Status) => {
    const queryKey = trpc.revisions.status.queryKey()
    await queryClient.cancelQueries({ queryKey })
    queryClient.setQueryData(queryKey, status)
  }
  const { data: current, refetch } = useStatus()
  const stream = useSubscription(
    trpc.revisions.watch.subscriptionOptions(undefined, {
      enabled: visible,
      onData: (status) => void receive(status),
    }),
  )
  // A stream that was refused says no more; a question does, and leads to the sign-in page when the session is over.
  const { lost } = useLasting(stream, visible, refetch)

  const version = current === undefined ? undefined : `${current.draft.etag} ${current.head?.number ?? 0}`
  useEffect(() => {
    if (version === undefined) return
    if (seen.current !== undefined && seen.current !== version) {
      for (const kind of ['listeners', 'upstreams', 'routes', 'middleware', 'revisions', 'config', 'audit'] as const) {
        void queryClient.invalidateQueries({
          queryKey: trpc[kind].pathKey(),
          // The status is what told us.
          predicate: (query) => !JSON.stringify(query.queryKey[0]).includes('"status"'),
        })
      }
    }
    seen.current = version
  }, [version, queryClient, trpc])

  return { connected: !lost }
}
