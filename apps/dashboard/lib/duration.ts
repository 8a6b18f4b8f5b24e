export interface Duration {
  count: number
  unit: 'seconds' | 'minutes' | 'hours' | 'days'
}

/** A length of time in its largest unit, rounded down: an age is said to be reached when it is. Never below 0. */
export function roundDuration(ms: number): Duration {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return { count: seconds, unit: 'seconds' }
  if (seconds < 3600) return { count: Math.floor(seconds / 60), unit: 'minutes' }
  if (seconds < 86_400) return { count: Math.floor(seconds / 3600), unit: 'hours' }
  return { count: Math.floor(seconds / 86_400), unit: 'days' }
}

/** What is left of a time as on a clock: `00:42`, `1:05:00`. What has begun counts as a second; never below `00:00`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(seconds % 60)}`
}
