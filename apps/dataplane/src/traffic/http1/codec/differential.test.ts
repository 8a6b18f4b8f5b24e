import { expect, test } from 'vitest'
import { explore } from './testing/explore.ts'
import kept from './testing/kept-cases.recorded.json' with { type: 'json' }
import type { WireCase } from './testing/wire-case.ts'

/** Cases that failed once, or are examples of something that random ones seldom reach; `npm run fuzz` prints new ones. */
const keptCases = kept as WireCase[]

/**
 * Seeds of the runs; each goes through the kept cases first. Together they are more than 200,000 cases.
 */
const seeds = [1, 2, 3, 4]
const casesOfEach = 52_000

test.each(seeds)(
  'whatever ours accepts, the strict parser of Node reads in the same way (seed %i)',
  (seed) => {
    const { failure, cases, complete, stricter } = explore(
      { seed, corpus: [...keptCases] },
      (soFar) => soFar.cases >= casesOfEach,
    )
    expect(failure && { ...failure, keep: JSON.stringify(failure.wire) }).toBeUndefined()
    expect(cases).toBe(casesOfEach)
    // The other way round, what ours refuses breaks a rule that is written down apart from the codec.
    const unexplained = [...stricter.keys()].filter((reason) => reason.startsWith('unexplained'))
    expect(unexplained).toEqual([])
    // All of it would be worth nothing if nothing were accepted, or nothing were odd.
    expect(complete).toBeGreaterThan(casesOfEach / 5)
    expect(stricter.size).toBeGreaterThan(15)
  },
  120_000,
)
