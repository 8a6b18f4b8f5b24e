'use client'

import { useStatus } from './use-status.ts'

/** Whether any node is heard. True while nothing is known yet: silence is told when it is certain. */
export function useHeard(): boolean {
  const { data } = useStatus()
  return data === undefined || data.nodes.some(({ state }) => state !== 'unknown')
}
