'use client'

import type { NodeView } from './trpc.ts'
import { useClock } from './use-clock.ts'
import { useStatus } from './use-status.ts'

/**
 * The nodes as last told. The server tells of changes, not of time that passes: of a node that is silent the seconds
 * are counted on here, by this browser's clock alone, so that a clock that is off does no harm.
 */
export function useNodes(): NodeView[] {
  const { data, dataUpdatedAt } = useStatus()
  const now = useClock()
  const elapsed = Math.max(0, Math.floor((now - dataUpdatedAt) / 1000))
  return (data?.nodes ?? []).map((node) => ({
    ...node,
    secondsSinceHeard: node.state === 'unknown' ? node.secondsSinceHeard + elapsed : node.secondsSinceHeard,
  }))
}
