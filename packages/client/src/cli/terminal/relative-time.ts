const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `5 min ago`; `in 3 d`. What lies more than 60 days away is said as a date. `time` is ISO 8601. */
export function relativeTime(time: string, now: number): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return '–'
  const distance = Math.abs(now - at)
  if (distance > 60 * 86_400_000) return new Date(at).toISOString().slice(0, 10)
  const text = duration(distance)
  if (text === undefined) return 'now'
  return at > now ? `in ${text}` : `${text} ago`
}

function duration(ms: number): string | undefined {
  for (const [unit, length] of units) if (ms >= length) return `${Math.floor(ms / length)} ${unit}`
  return undefined
}
