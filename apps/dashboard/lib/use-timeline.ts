'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { takeNewest, takeOlder } from './known-timeline.ts'
import { type Timeline, useTRPC, useTRPCClient } from './trpc.ts'
import { useVisible } from './use-visible.ts'

const pageSize = 20
const everyMs = 2500

/** What to ask for the newest events of an upstream, or of one of its targets; the same question everywhere, asked once. */
export const newestEvents = (upstream: string, target: string) => ({
  upstream,
  ...(target === '' ? {} : { target }),
  limit: pageSize,
})

/** What happened to an upstream, or to one of its targets, the newest first; new events come by themselves while it is in sight. */
export function useTimeline(upstream: string, target: string) {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const visible = useVisible()
  const of = newestEvents(upstream, target)
  const newest = useQuery(
    trpc.health.timeline.queryOptions(of, { enabled: visible, refetchInterval: visible ? everyMs : false }),
  )
  const [known, setKnown] = useState<Timeline>()
  const [older, setOlder] = useState<{ loading: boolean; error: Error | null }>({ loading: false, error: null })
  const page = newest.data
  useEffect(() => {
    if (page !== undefined) setKnown((before) => takeNewest(before, page))
  }, [page])

  const loadOlder = async () => {
    const before = known?.events.at(-1)?.id
    if (before === undefined) return
    setOlder({ loading: true, error: null })
    try {
      const next = await client.health.timeline.query({ ...of, before })
      setKnown((now) => (now === undefined ? next : takeOlder(now, next)))
      setOlder({ loading: false, error: null })
    } catch (failure) {
      setOlder({ loading: false, error: failure instanceof Error ? failure : new Error(String(failure)) })
    }
  }
  return { timeline: known, error: newest.error, refetch: newest.refetch, older, loadOlder }
}
