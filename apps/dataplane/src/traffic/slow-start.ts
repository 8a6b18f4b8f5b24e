import type { UpstreamConfig } from './upstream.ts'

type SlowStart = NonNullable<UpstreamConfig['slowStart']>

/** So much of its weight counts of a target that has been in slow start for `ageMs`; 1 when it is over (Envoy's formula). */
export function rampAt(ageMs: number, { windowMs, minPercent, aggression }: SlowStart): number {
  if (ageMs >= windowMs) return 1
  return Math.max(minPercent / 100, (Math.max(0, ageMs) / windowMs) ** (1 / aggression))
}
