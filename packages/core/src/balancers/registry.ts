import { random } from './random.ts'
import { weightedRoundRobin } from './weighted-round-robin.ts'

/** Every strategy. A new one is a file beside this one and a line here. */
export const strategies = [weightedRoundRobin, random] as const
