/** The largest weight of a target. */
export const maxWeight = 65_535

/** A weight as typed: a whole number from 0 to 65535, or `undefined`. */
export function readWeight(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^\d{1,9}$/.test(trimmed)) return undefined
  const weight = Number(trimmed)
  return weight <= maxWeight ? weight : undefined
}
