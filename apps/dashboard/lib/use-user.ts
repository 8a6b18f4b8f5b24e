'use client'

import { useQuery } from '@tanstack/react-query'
import { useTRPC } from './trpc.ts'

/** Who is signed in, and whether they may change anything. The server checks again, whatever this says. */
export function useUser() {
  const trpc = useTRPC()
  const { data } = useQuery(trpc.auth.state.queryOptions(undefined, { staleTime: 60_000 }))
  const user = data?.user ?? null
  return { user, canEdit: user?.role === 'admin' }
}
