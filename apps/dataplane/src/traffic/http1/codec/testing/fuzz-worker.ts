import { parentPort, workerData } from 'node:worker_threads'
import { type Exploration, explore } from './explore.ts'
import type { WireCase } from './wire-case.ts'

/** What `scripts/fuzz.mjs` starts the thread with. */
interface FuzzOrder {
  readonly seed: number
  readonly corpus: WireCase[]
  /** When to stop, and how long a round takes. */
  readonly untilMs: number
  readonly roundMs: number
  /** Two numbers (cases begun, length of the text), then the text of the case that is being tried, in latin1. */
  readonly current: SharedArrayBuffer
}

/** What the thread reports after each round. */
export interface FuzzReport extends Omit<Exploration, 'stricter'> {
  readonly seed: number
  readonly corpus: readonly WireCase[]
  readonly stricter: readonly (readonly [reason: string, times: number])[]
}

const { seed, corpus, untilMs, roundMs, current } = workerData as FuzzOrder
const numbers = new Int32Array(current, 0, 2)
const text = Buffer.from(current, 8)

for (let round = 0; Date.now() < untilMs; round++) {
  const endMs = Math.min(untilMs, Date.now() + roundMs)
  const onCase = (wire: WireCase): void => {
    Atomics.add(numbers, 0, 1)
    Atomics.store(numbers, 1, text.write(wire.text, 'latin1'))
  }
  const { stricter, ...rest } = explore({ seed: seed + round, corpus, onCase }, () => Date.now() >= endMs)
  const report: FuzzReport = { ...rest, seed: seed + round, corpus, stricter: [...stricter] }
  parentPort?.postMessage(report)
  if (rest.failure) break
}
