'use client'

import type { Kind } from '@switchyard/core/schema/fields'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTRPC } from './trpc.ts'

const idsOf = (items: { id: string }[] | undefined) => (items ?? []).map(({ id }) => id)

/** The ids there are of each kind, for reference fields. */
export function useIds(): Record<Kind, readonly string[]> {
  const trpc = useTRPC()
  const listeners = useQuery(trpc.listeners.list.queryOptions()).data
  const upstreams = useQuery(trpc.upstreams.list.queryOptions()).data
  const routes = useQuery(trpc.routes.list.queryOptions()).data
  const middleware = useQuery(trpc.middleware.list.queryOptions()).data
  const certificates = useQuery(trpc.certificates.list.queryOptions()).data
  return useMemo(
    () => ({
      listeners: idsOf(listeners),
      upstreams: idsOf(upstreams),
      routes: idsOf(routes),
      middleware: idsOf(middleware),
      certificates: idsOf(certificates),
    }),
    [listeners, upstreams, routes, middleware, certificates],
  )
}
