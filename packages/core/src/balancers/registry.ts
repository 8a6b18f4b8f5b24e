import { consistentHash } from './consistent-hash.ts'
import { first } from './first.ts'
import { hash } from './hash.ts'
import { latency } from './latency.ts'
import { leastRequests } from './least-requests.ts'
import { maglev } from './maglev.ts'
import { random } from './random.ts'
import { roundRobin } from './round-robin.ts'
import { twoChoices } from './two-choices.ts'
import { weightedRoundRobin } from './weighted-round-robin.ts'

/** Every strategy, in the order in which forms offer them. A new one is a file beside this one and a line here. */
export const strategies = [
  weightedRoundRobin,
  roundRobin,
  random,
  leastRequests,
  twoChoices,
  latency,
  hash,
  consistentHash,
  maglev,
  first,
] as const
