import { isDeepStrictEqual } from 'node:util'
import { type Comparison, compareReadings } from './compare-readings.ts'
import type { Draw } from './draw.ts'
import { type OurReading, readByOurs } from './our-reading.ts'
import { rewritingFault } from './rewrite.ts'
import type { WireCase } from './wire-case.ts'

/** A case in which ours did what it must never do. */
export interface Failure {
  readonly wire: WireCase
  readonly what: string
}

export interface Checked extends Partial<Comparison> {
  readonly failure: string | undefined
}

/** A case takes microseconds; one that takes this long has found something. */
const slowMs = 2000

/**
 * Everything that must hold of a case: ours does not throw, accepts nothing that Node does not read in the same way,
 * reads the same however the bytes are split, and what it would pass on is read by Node as what came in.
 */
export function checkCase(wire: WireCase, draw: Draw): Checked {
  const began = performance.now()
  try {
    const comparison = compareReadings(wire)
    const { ours } = comparison
    const ends = drawEnds(wire.text.length, draw)
    const split = readByOurs(wire, ends)
    const failure =
      comparison.disagreement ??
      (sameReading(ours, split, wire) ? undefined : `split at ${ends.slice(0, 20)}: ${split.refused}`) ??
      rewritingFault(ours) ??
      (performance.now() - began > slowMs ? 'slow' : undefined)
    return { ...comparison, failure }
  } catch (error) {
    return { failure: `throws: ${error instanceof Error ? error.stack : error}` }
  }
}

/**
 * A request is refused by the same code; of a response only the words for the log may differ. One that is wrong before its
 * head is complete may be refused sooner or later.
 */
function sameReading(whole: OurReading, split: OurReading, { direction, text }: WireCase): boolean {
  const parts = ({ messages, at, closed }: OurReading) => ({ messages, at, closed })
  if (!isDeepStrictEqual(parts(whole), parts(split))) return false
  if (whole.refused === split.refused) return true
  if (whole.refused === undefined || split.refused === undefined) return !text.includes('\r\n\r\n', whole.at)
  return direction === 'response'
}

/** Where to split: at a few places, or now and then at every one. */
function drawEnds(length: number, draw: Draw): number[] {
  if (length === 0) return []
  if (length < 500 && draw.chance(0.05)) return Array.from({ length: length - 1 }, (_, i) => i + 1)
  return Array.from({ length: 1 + draw.below(3) }, () => draw.below(length)).sort((a, b) => a - b)
}
