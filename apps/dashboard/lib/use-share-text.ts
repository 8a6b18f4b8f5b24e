'use client'

import { useFormatter } from 'use-intl'

/** A share (0 to 1) as "37.5 %": one decimal always, so that figures under each other line up. */
export function useShareText(): (share: number) => string {
  const format = useFormatter()
  return (share) => `${format.number(share * 100, { minimumFractionDigits: 1, maximumFractionDigits: 1 })}\u00a0%`
}
