/**
 * How long to wait before the next try: doubling from `firstMs` up to `mostMs`, and of that a random part between half and all,
 * so that many who lost the same thing do not come back together.
 *
 * @param tries made before, from 0
 * @param random uniform in [0, 1)
 * @returns milliseconds
 */
export function backoff(tries: number, bounds: { firstMs: number; mostMs: number }, random: () => number): number {
  const whole = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(tries, 30))
  return Math.round(whole * (0.5 + random() / 2))
}
