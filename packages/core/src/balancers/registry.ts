import { consistentHash } from './consistent-hash.ts'
import { hash } from './hash.ts'
import { random } from './random.ts'
import { roundRobin } from './round-robin.ts'
import { weightedRoundRobin } from './weighted-round-robin.ts'

/** Every strategy. A new one is a file beside this one and a line here. */
export const strategies = [weightedRoundRobin, roundRobin, random, hash, consistentHash] as const
