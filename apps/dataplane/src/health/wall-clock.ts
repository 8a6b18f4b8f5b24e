/** The wall clock was set when it is further from where it was. */
const setMs = 1000

/**
 * Monotonic times as ISO 8601. The same time is always written alike, and by the wall clock as it is now: one that is set
 * while a node runs would leave everything before at the wrong hour.
 */
export function createWallClock(wall: () => number, monotonic: () => number): (at: number) => string {
  let offset = Number.NaN
  return (at) => {
    const now = wall() - monotonic()
    if (!(Math.abs(now - offset) < setMs)) offset = now
    return new Date(offset + at).toISOString()
  }
}
