'use client'

import { clockText } from '../../lib/duration.ts'
import { useClock } from '../../lib/use-clock.ts'

/** What is left until then, second by second. */
export function Countdown({ until }: { until: string }) {
  const now = useClock()
  return <span className="figures">{clockText(new Date(until).getTime() - now)}</span>
}
